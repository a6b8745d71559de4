import { z } from "zod";
import { Invalid } from "../engine/invalid.ts";
import { Refused } from "../refused.ts";
import type { Db } from "../store/db.ts";
import { alertCommands } from "./alert-commands.ts";
import { type Command, command } from "./command.ts";
import { explainLead } from "./explain-lead.ts";
import { listUnassigned } from "./list-unassigned.ts";
import { policyCommands } from "./policy-commands.ts";
import { findWorkspace } from "./publish-policy.ts";
import { redriveParked } from "./redrive.ts";
import { reviewCommands } from "./review-commands.ts";
import { switchMode } from "./switch-mode.ts";
import { undecidedInWords } from "./undecided.ts";

const mostUnassigned = 10_000;
const workspace = z.string().nullable();

/**
 * What the command line asks of the data of a server. They run in the command's own process, or, where the server has
 * the embedded database open, in the server's.
 */
export const commands = {
  explain: command({ leadId: z.string(), rep: z.string().nullable().default(null) }, async (db, { leadId, rep }) => {
    const lines = await explainLead({ db }, leadId, rep);
    if (lines.length === 0) throw new Refused(await undecidedInWords(db.query, leadId));
    return lines;
  }),
  unassigned: command({ workspace, hours: z.number().min(0) }, async (db, { workspace: name, hours }, at) => {
    const workspaceId = name === null ? null : (await findWorkspace(db, name)).id;
    const asked = { workspaceId, olderThanMs: hours * 3_600_000, limit: mostUnassigned };
    const lines = await listUnassigned(db.query, asked, at);
    return lines.length === 0 ? ["Every lead that is to be routed has an owner."] : lines;
  }),
  redrive: command({ workspace }, async (db, { workspace: name }, at) => {
    const workspaceId = name === null ? null : (await findWorkspace(db, name)).id;
    const { events, tasks } = await redriveParked(db, { workspaceId, at });
    return [
      `${events} parked ${events === 1 ? "event waits" : "events wait"} again.`,
      ...(tasks === 0 ? [] : [`${tasks} refused ${tasks === 1 ? "task is" : "tasks are"} tried again.`]),
    ];
  }),
  "shadow-switch": command(
    { connection: z.string().nullable(), mode: z.enum(["live", "shadow"]), by: z.string() },
    (db, wanted, at) => switchMode(db, { ...wanted, at }),
  ),
  ...alertCommands,
  ...reviewCommands,
  ...policyCommands,
} satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;

export type CommandAnswer =
  | { kind: "done"; lines: readonly string[] }
  /** For the person at the terminal. */
  | { kind: "refused"; message: string }
  /** What was sent is no input of it: another version's. */
  | { kind: "not-understood" };

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(commands, name);

/** Runs a command for another process of this machine; `body` is its input as JSON. */
export async function answerCommand(db: Db, name: CommandName, body: string, at: string): Promise<CommandAnswer> {
  try {
    return { kind: "done", lines: await commands[name](db, JSON.parse(body), at) };
  } catch (error) {
    if (error instanceof Refused || error instanceof Invalid) return { kind: "refused", message: error.message };
    if (error instanceof SyntaxError || error instanceof z.ZodError) return { kind: "not-understood" };
    throw error;
  }
}
