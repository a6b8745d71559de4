import { z } from "zod";
import type { Deps } from "../deps.ts";
import { Invalid } from "../engine/invalid.ts";
import { parsePolicy } from "../engine/parse-policy.ts";
import { Refused } from "../refused.ts";
import { activePolicy } from "../store/policies.ts";
import { firstConnectionZone } from "./newest-roster.ts";
import { policyEffect } from "./policy-effect.ts";
import { previewLead } from "./preview.ts";
import { findWorkspace } from "./publish-policy.ts";
import { replayReport } from "./replay-report.ts";
import { type Said, sayLines } from "./said.ts";
import { shadowReport } from "./shadow-report.ts";
import { verifyReport } from "./verify-report.ts";

/** What a report works with. */
export type ReportDeps = Pick<Deps, "db"> & {
  /** All that it takes to read from a CRM; throws `Invalid` when this process lacks settings for that. */
  reading(): Deps;
};

/** Says as it goes; throws `Refused` or `Invalid` for the person at the terminal, before the first word or later. */
export type Report = (deps: ReportDeps, input: unknown, at: string) => AsyncIterable<Said>;

const workspace = z.string().nullable();
const rep = z.string();
const changes = z.object({
  without: z.array(rep),
  weights: z.array(z.object({ rep, weight: z.number() })),
  add: z.array(z.object({ name: z.string(), team: z.string() })),
  away: z.array(z.object({ rep, from: z.string(), to: z.string() })),
  move: z.array(z.object({ country: z.string(), territory: z.string() })),
});

const daysBefore = (now: string, days: number): string => new Date(Date.parse(now) - days * 86_400_000).toISOString();

/**
 * What the command line asks of the data of a server that takes long or says much. Like the commands (commands.ts) they
 * run in the command's own process, or in that of the server which has the embedded database open.
 */
export const reports = {
  replay: report(
    { workspace, policy: z.string().nullable(), days: z.int(), changes },
    async function* ({ db }, { workspace: name, policy: draft, days, changes: wanted }, now) {
      const { id: workspaceId } = await findWorkspace(db, name);
      const text = draft ?? (await activePolicy(db.query, workspaceId))?.text ?? "";
      const since = daysBefore(now, days);
      const timeZone = await firstConnectionZone(db.query, workspaceId);
      const options = { workspaceId, since, now, policy: parsePolicy(text), changes: wanted, timeZone };
      yield* replayReport(db.query, options);
    },
  ),
  "policy-effect": report(
    { workspace, days: z.int(), before: z.string(), after: z.string() },
    async function* ({ db }, { workspace: name, days, before, after }, now) {
      const { id: workspaceId } = await findWorkspace(db, name);
      const timeZone = await firstConnectionZone(db.query, workspaceId);
      const policies = { before: parsePolicy(before), after: parsePolicy(after) };
      yield* policyEffect(db.query, { workspaceId, since: daysBefore(now, days), now, timeZone, ...policies });
    },
  ),
  preview: report(
    { workspace, policy: z.string().nullable(), leadId: z.string() },
    async function* ({ reading }, { workspace: name, policy: draft, leadId }) {
      const deps = reading();
      const { id: workspaceId } = await findWorkspace(deps.db, name);
      const active = await activePolicy(deps.db.query, workspaceId);
      const policy = parsePolicy(draft ?? active?.text ?? "");
      yield* sayLines(await previewLead(deps, { workspaceId, leadId, policy, policyVersion: active?.version ?? 0 }));
    },
  ),
  shadow: report({ connection: z.string().nullable(), days: z.int() }, async function* ({ db }, asked, now) {
    yield* shadowReport(db.query, { connection: asked.connection, since: daysBefore(now, asked.days) });
  }),
  verify: report({ workspace, days: z.int() }, async function* ({ db }, { workspace: name, days }, now) {
    const { id: workspaceId } = await findWorkspace(db, name);
    yield* verifyReport(db.query, { workspaceId, since: daysBefore(now, days) });
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

function report<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (deps: ReportDeps, input: z.output<z.ZodObject<Shape>>, at: string) => AsyncIterable<Said>,
): Report {
  const input = z.object(shape);
  return (deps, given, at) => run(deps, input.parse(given), at);
}
