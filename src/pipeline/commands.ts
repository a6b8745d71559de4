import { z } from "zod";
import { Invalid } from "../engine/invalid.ts";
import { endedWhenSeen } from "../operator/alert-advice.ts";
import { Refused } from "../refused.ts";
import type { Db } from "../store/db.ts";
import { policyVersions } from "../store/policies.ts";
import { endSeenAlerts } from "./end-seen-alerts.ts";
import { explainLead } from "./explain-lead.ts";
import { lintLines } from "./lint-workspace.ts";
import { listAlerts } from "./list-alerts.ts";
import { findWorkspace, publish, rollBack } from "./publish-policy.ts";
import { redriveParked } from "./redrive.ts";
import { switchMode } from "./switch-mode.ts";

/** Works on the database and answers the lines to print; throws `Refused` or `Invalid` for the person at the terminal. */
export type Command = (db: Db, input: unknown, at: string) => Promise<readonly string[]>;

const mostAlerts = 1_000;
const workspace = z.string().nullable();
const signed = { by: z.string(), approvedBy: z.string() };

/**
 * What the command line asks of the data of a server. They run in the command's own process, or, where the server has
 * the embedded database open, in the server's.
 */
export const commands = {
  explain: command({ leadId: z.string(), rep: z.string().nullable().default(null) }, async (db, { leadId, rep }) => {
    const lines = await explainLead({ db }, leadId, rep);
    if (lines.length === 0) throw new Refused(`Nothing is known of a lead ${leadId}: check the id, as the CRM has it.`);
    return lines;
  }),
  alerts: command({}, async (db) => {
    const lines = await listAlerts(db.query, mostAlerts);
    return lines.length === 0 ? ["No alert is open."] : lines;
  }),
  "alerts-seen": command({}, async (db, _input, at) => {
    const count = await endSeenAlerts(db, at);
    return [`${count} ${count === 1 ? "alert" : "alerts"} of the kinds ${endedWhenSeen.join(", ")} ended.`];
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
  "policy-lint": command(
    { workspace, text: z.string(), quietHours: z.number().nullable() },
    async (db, { workspace: name, text, quietHours }, at) => {
      const { id } = await findWorkspace(db, name);
      return lintLines(db.query, { workspaceId: id, text, now: at, quietHours });
    },
  ),
  "policy-publish": command(
    {
      workspace,
      text: z.string(),
      golden: z.array(z.object({ path: z.string(), text: z.string() })).nullable(),
      despite: z.string().nullable(),
      ...signed,
    },
    async (db, { workspace: name, ...draft }, at) => {
      const found = await findWorkspace(db, name);
      const version = await publish(db, { ...draft, workspace: found, at });
      return [`${found.name} routes by version ${version} from now on.`];
    },
  ),
  "policy-rollback": command(
    { workspace, to: z.int().nullable(), ...signed },
    async (db, { workspace: name, ...wanted }, at) => {
      const found = await findWorkspace(db, name);
      const { version, restores } = await rollBack(db, { ...wanted, workspace: found, at });
      return [`${found.name} routes by version ${version} from now on, which is version ${restores} again.`];
    },
  ),
  "policy-history": command({ workspace }, async (db, { workspace: name }) => {
    const versions = await policyVersions(db.query, (await findWorkspace(db, name)).id);
    return versions.map(({ version, publishedAt, publishedBy, approvedBy, restores, despite }, at) => {
      const who = publishedBy === null ? "with the install" : `by ${publishedBy}, approved by ${approvedBy}`;
      const again = restores === null ? "" : `, version ${restores} again`;
      const though = despite === null ? "" : `, despite what was wrong: ${despite}`;
      return `${version}  ${publishedAt}  ${who}${again}${though}${at === 0 ? "  (in force)" : ""}`;
    });
  }),
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

function command<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (db: Db, input: z.output<z.ZodObject<Shape>>, at: string) => Promise<readonly string[]>,
): Command {
  const input = z.object(shape);
  return (db, given, at) => run(db, input.parse(given), at);
}
