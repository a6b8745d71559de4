import { z } from "zod";
import { Invalid } from "../engine/invalid.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { Refused } from "../refused.ts";
import { activePolicy } from "../store/policies.ts";
import { linkReports } from "./link-reports.ts";
import { matchReports } from "./match-reports.ts";
import { previewLead } from "./preview.ts";
import { findWorkspace } from "./publish-policy.ts";
import { replayReports } from "./replay-reports.ts";
import { daysBefore, type Report, type ReportDeps, report } from "./report.ts";
import { type Said, sayLines } from "./said.ts";
import { shadowReport } from "./shadow-report.ts";

const workspace = z.string().nullable();
const connection = z.string().nullable();

/**
 * What the command line asks of the data of a server that takes long or says much. Like the commands (commands.ts) they
 * run in the command's own process, or in that of the server which has the embedded database open.
 */
export const reports = {
  ...replayReports,
  preview: report(
    { workspace, policy: z.string().nullable(), leadId: z.string() },
    async function* ({ reading }, { workspace: name, policy: draft, leadId }) {
      const deps = await reading();
      const { id: workspaceId } = await findWorkspace(deps.db, name);
      const active = await activePolicy(deps.db.query, workspaceId);
      const policy = parsePolicy(draft ?? active?.text ?? "");
      yield* sayLines(await previewLead(deps, { workspaceId, leadId, policy, policyVersion: active?.version ?? 0 }));
    },
  ),
  ...matchReports,
  ...linkReports,
  shadow: report({ connection, days: z.int() }, async function* ({ db }, asked, now) {
    yield* shadowReport(db.query, { connection: asked.connection, since: daysBefore(now, asked.days) });
  }),
} satisfies Record<string, Report>;

export type ReportName = keyof typeof reports;

export const isReportName = (name: string): name is ReportName => Object.hasOwn(reports, name);

export type ReportAnswer =
  | { kind: "saying"; said: AsyncIterable<Said | { refused: string }> }
  /** For the person at the terminal. */
  | { kind: "refused"; message: string }
  /** What was sent is no input of it: another version's. */
  | { kind: "not-understood" };

/** Runs a report for another process of this machine; `body` is its input as JSON. What it refuses later is said in its place. */
export async function answerReport(
  deps: ReportDeps,
  name: ReportName,
  body: string,
  at: string,
): Promise<ReportAnswer> {
  try {
    const said = reports[name](deps, JSON.parse(body), at)[Symbol.asyncIterator]();
    return { kind: "saying", said: rest(await said.next(), said) };
  } catch (error) {
    if (error instanceof Refused || error instanceof Invalid) return { kind: "refused", message: error.message };
    if (error instanceof SyntaxError || error instanceof z.ZodError) return { kind: "not-understood" };
    throw error;
  }
}

async function* rest(
  first: IteratorResult<Said>,
  said: AsyncIterator<Said>,
): AsyncGenerator<Said | { refused: string }, void, undefined> {
  try {
    for (let next = first; next.done !== true; next = await said.next()) yield next.value;
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Invalid)) throw error;
    yield { refused: error.message };
  } finally {
    await said.return?.();
  }
}
