import { z } from "zod";
import { parsePolicy } from "../engine/parse-policy.ts";
import { activePolicy } from "../store/policies.ts";
import { firstConnectionZone } from "./newest-roster.ts";
import { policyEffect } from "./policy-effect.ts";
import { findWorkspace } from "./publish-policy.ts";
import { replayPastReport } from "./replay-past-report.ts";
import { replayReport } from "./replay-report.ts";
import { daysBefore, type Report, report } from "./report.ts";
import { verifyReport } from "./verify-report.ts";

const workspace = z.string().nullable();
const rep = z.string();
const changes = z.object({
  without: z.array(rep),
  weights: z.array(z.object({ rep, weight: z.number() })),
  add: z.array(z.object({ name: z.string(), team: z.string() })),
  away: z.array(z.object({ rep, from: z.string(), to: z.string() })),
  move: z.array(z.object({ country: z.string(), territory: z.string() })),
});

/** Of the reports those that decide leads of the past again. */
export const replayReports = {
  replay: report(
    {
      workspace,
      policy: z.string().nullable(),
      days: z.int(),
      changes,
      from: z.enum(["store", "crm"]).default("store"),
      connection: z.string().nullable().default(null),
    },
    async function* ({ db, reading }, { workspace: name, policy: draft, days, changes: wanted, ...source }, now) {
      const { id: workspaceId } = await findWorkspace(db, name);
      const active = await activePolicy(db.query, workspaceId);
      const policy = parsePolicy(draft ?? active?.text ?? "");
      const options = { workspaceId, since: daysBefore(now, days), now, policy, changes: wanted };
      const { from, connection } = source;
      if (from === "crm")
        return yield* replayPastReport(await reading(), {
          ...options,
          connection,
          policyVersion: active?.version ?? 0,
        });
      const timeZone = await firstConnectionZone(db.query, workspaceId);
      yield* replayReport(db.query, { ...options, timeZone });
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
  verify: report({ workspace, days: z.int() }, async function* ({ db }, { workspace: name, days }, now) {
    const { id: workspaceId } = await findWorkspace(db, name);
    yield* verifyReport(db.query, { workspaceId, since: daysBefore(now, days) });
  }),
} satisfies Record<string, Report>;
