import type { CrmClient } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { Changes } from "../engine/changes.ts";
import { createLimits } from "../engine/first-touch.ts";
import { ownerAsDecision, stepAwayFrom } from "../engine/owner-before.ts";
import type { Policy } from "../engine/policy.ts";
import { decidingFields } from "../engine/policy-fields.ts";
import { isOpenWork } from "../engine/qualify.ts";
import { count as countBoth, countCredits, countReason, createTally, type Tally } from "../engine/replay-tally.ts";
import { createRerunOfPast, type RerunOfPast } from "../engine/rerun-past.ts";
import { createTurnsOfPast, type Ended } from "../engine/turns-of-past.ts";
import type { Connection } from "../model/connection.ts";
import type { Doubt, Past, PastLead } from "../model/past.ts";
import type { Rep } from "../model/rep.ts";
import { createPastFacts } from "./past-facts.ts";
import { pastLeads, workOfDeals } from "./past-leads.ts";
import { createPastShared } from "./past-roster.ts";
import { type ReplayEvent, shareOf } from "./replay-policy.ts";
import { createUntold, type Untold, type UntoldList } from "./untold.ts";

const dayMs = 86_400_000;

/** Leads of so many days before the first that is decided count for who was busy then. */
export const warmUpDays = 30;

export type PastOptions = {
  connection: Connection;
  client: CrmClient;
  /** Leads that qualified since. */
  since: string;
  now: string;
  policy: Policy;
  policyVersion: number;
  changes: Changes;
  reps: readonly Past<Rep>[];
  stages: readonly string[];
};

export type PastResult = { tally: Tally; reps: readonly Rep[]; untold: readonly Untold[] };

/**
 * Decides the leads that qualified in a time, by what the CRM's history tells of them, beside who really had them a day
 * later. Reads slice by slice and writes nothing. Throws CrmError.
 */
export async function* replayPast(
  deps: Pick<Deps, "db" | "mailDomains" | "publicHolidays" | "accountIndex" | "now">,
  options: PastOptions,
): AsyncGenerator<ReplayEvent, PastResult, undefined> {
  const { connection, client, since, now, policy, policyVersion, changes, reps, stages } = options;
  const fields = decidingFields(policy);
  const published = { policy, version: policyVersion };
  const sharedAt = createPastShared({ deps, connection, reps, stages, published, changes });
  const rerun = createRerunOfPast();
  const turns = createTurnsOfPast(rerun, sharedAt);
  const left = new Set(
    reps.map(({ versions: [newest] }) => newest.value).flatMap((rep) => (rep.active ? [] : [rep.id])),
  );
  const factsOf = createPastFacts(deps, { connection, client, policy, isActive: (ownerId) => !left.has(ownerId) });
  const run: Run = { rerun, tally: createTally("owners"), untold: createUntold(), owners: new Map(), left, now };
  const from = new Date(Date.parse(since) - warmUpDays * dayMs).toISOString();

  for await (const page of workOfDeals(client, { since, policy })) {
    for (const work of page) rerun.had(work);
    yield { kind: "progress", share: 0 };
  }
  let share = 0;
  for await (const slice of pastLeads(client, { from, to: now, fields })) {
    if (slice !== "reading") share = shareOf({ since: from, now }, slice.until);
    // Also while a long slice is read: whoever waits for a word takes silence for an end.
    yield { kind: "progress", share };
    if (slice === "reading") continue;
    const early = slice.leads.filter(({ lead }) => (lead.qualifiedAt ?? "") < since);
    for (const past of early) countWork(run, policy, past);
    const decided = slice.leads.slice(early.length);
    run.untold.count("gone", slice.gone);
    for (const { facts, doubts, past } of await factsOf(decided)) {
      noteUntold(run, past, doubts);
      run.owners.set(past.lead.id, ownerADayLater(past, now));
      for (const ended of turns.take({ facts, endAt: endOfWork(policy, past) })) yield* count(run, ended);
    }
  }
  for (const ended of turns.end(now)) yield* count(run, ended);
  return { tally: run.tally, reps: sharedAt(now).reps, untold: run.untold.list() };
}

type Run = {
  rerun: RerunOfPast;
  tally: Tally;
  untold: UntoldList;
  /** Lead id → who had it a day later, of leads that have not come to their end. */
  owners: Map<string, string | null>;
  /** Reps who are not active any more. */
  left: ReadonlySet<string>;
  now: string;
};

function countWork({ rerun, now }: Run, policy: Policy, past: PastLead): void {
  const owner = ownerADayLater(past, now);
  if (owner !== null)
    rerun.had({ repId: owner, from: past.lead.qualifiedAt ?? "", to: endOfWork(policy, past), points: 1 });
}

/** Beside who really had it: its owner has had it since it qualified. */
function* count({ tally, rerun, owners }: Run, { made, first, last }: Ended): Generator<ReplayEvent, void, undefined> {
  const ownerId = owners.get(made.leadId) ?? null;
  owners.delete(made.leadId);
  countCredits(tally.now, rerun.credits(), last.policy);
  const { pick, ...decision } = made;
  const was = ownerAsDecision(decision, ownerId);
  const isElsewhere = countBoth(
    tally,
    { decision: was, pick: null, by: { shared: first, limitsOf: createLimits(first) } },
    { decision, pick, by: { shared: last, limitsOf: createLimits(last) } },
  );
  if (!isElsewhere) return;
  const difference = countReason(tally, was, decision, { was: null, now: stepAwayFrom(made, ownerId) });
  yield { kind: "difference", decisionId: null, decidedAt: last.now, difference };
}

function noteUntold({ untold, left, now }: Run, past: PastLead, ofAccount: readonly Doubt[]): void {
  const { lead, isMerged, doubts } = past;
  untold.note([...doubts, ...ofAccount]);
  if (lead.accountId !== null) untold.count("account-as-today");
  if (isMerged) untold.count("merged");
  const ownerId = ownerADayLater(past, now);
  if (ownerId !== null && left.has(ownerId)) untold.count("left-rep");
}

/** Whoever the CRM's own routing, or a person, had given it to by then; as of now for those of the last day. */
function ownerADayLater({ lead, before, after }: PastLead, now: string): string | null {
  const aDayLater = new Date(Date.parse(lead.qualifiedAt ?? now) + dayMs).toISOString();
  const last = after.find(({ at }) => at <= aDayLater) ?? before[0];
  return last?.ownerId ?? null;
}

/** When it was nobody's work any more; null: it still is. */
function endOfWork(policy: Policy, { work }: PastLead): string | null {
  return work.slice(1).find((state) => !isOpenWork(policy, state))?.at ?? null;
}
