import type { Opportunity } from "../../model/account.ts";
import type { Rep } from "../../model/rep.ts";
import { plainAccount } from "../plain-account.ts";
import type { Policy } from "../policy.ts";
import type { LeadFacts, MatchedAccount, RecentWork, Snapshot, State } from "../snapshot.ts";
import { defined } from "./defined.ts";
import type { Given, World } from "./golden-shape.ts";

/** When a golden lead is decided that does not say: a Friday morning, 10:00 in Berlin. */
export const usualNow = "2026-11-20T09:00:00.000Z";

/** What a golden lead describes, the world's part under its own. */
export function snapshotOf(world: World, given: Given, policy: Policy): Snapshot {
  const now = given.now ?? world.now ?? usualNow;
  const timeZone = world.timeZone ?? "UTC";
  return {
    shared: {
      ...{ policy, policyVersion: 1, now, reps: repsOf(world, given), stages: world.stages ?? [], timeZone },
      holidays: { ...world.holidays, ...given.holidays },
    },
    facts: factsOf(world, given, { now, stage: policy.qualifyingStage }),
    state: stateOf(world, given),
  };
}

function repsOf(world: World, given: Given): Rep[] {
  const reps = world.reps.map((rep): Rep => {
    const { load: _, recent: _recent, ...parts } = defined({ ...rep, ...defined(given.reps?.[rep.id] ?? {}) });
    const usual = { userId: null, name: rep.id, active: true, teams: [], timeZone: null, shifts: null, absences: [] };
    return { ...usual, ...parts, id: rep.id };
  });
  return reps.sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
}

const stateOf = (world: World, given: Given): State => ({
  credits: given.credits ?? {},
  leavers: given.leavers ?? {},
  accounts: given.accountAssignments ?? {},
  load: perRep(world, ({ id, load }) => given.reps?.[id]?.load ?? load),
  recent: perRep(world, ({ id, recent }) => recentOf(given.reps?.[id]?.recent ?? recent)),
  leads: Object.fromEntries(
    (given.earlierLeads ?? []).flatMap(({ leadId, state, ownerId }) =>
      state === undefined ? [] : [[leadId, { state, ownerId }]],
    ),
  ),
});

function recentOf(given: World["reps"][number]["recent"]): RecentWork | undefined {
  if (given === undefined) return undefined;
  const { t1OldestAt, ...recent } = given;
  return { ...recent, ...defined({ t1OldestAt }) };
}

/** By rep id, those of whom there is something to say. */
function perRep<T>({ reps }: World, say: (rep: World["reps"][number]) => T | undefined): Record<string, T> {
  const told = reps.flatMap((rep): [string, T][] => {
    const value = say(rep);
    return value === undefined ? [] : [[rep.id, value]];
  });
  return Object.fromEntries(told);
}

function factsOf(world: World, given: Given, { now, stage }: { now: string; stage: string }): LeadFacts {
  const match = matchOf(world, given);
  const trigger = { qualifiedAt: now, round: 0, cause: "qualified" as const, breachedBy: [] };
  return {
    trigger: { ...trigger, ...defined(world.trigger ?? {}), ...defined(given.trigger ?? {}) },
    lead: {
      ...{ id: "lead-1", ownerId: null, accountId: null, qualifiedAt: now, createdAt: now },
      ...defined(world.lead ?? {}),
      ...defined(given.lead ?? {}),
      fields: { stage, ...world.fields, ...given.fields },
    },
    match,
    noMatchBecause: given.noMatchBecause === undefined ? (match ? null : "unknown-domain") : given.noMatchBecause,
    opportunities: (given.opportunities ?? []).map((one, at) => opportunityOf(world, one, at)),
    ownerHistory: given.ownerHistory ?? [],
    earlierAssignment: given.earlierAssignment ?? null,
    contacts: given.contacts ?? [],
    earlierLeads: (given.earlierLeads ?? []).map(({ leadId, by }) => ({ leadId, by })),
  };
}

/** A lead belongs to an account only where it says so itself: the world only says what accounts are like. */
function matchOf(world: World, given: Given): MatchedAccount | null {
  if (given.account === undefined && given.match === undefined) return null;
  const account = { ...plainAccount, ...defined(world.account ?? {}), ...defined(given.account ?? {}) };
  const usual = { by: "email-domain" as const, evidence: account.domains[0] ?? "", rivals: [] };
  return { account, ...usual, ...defined(given.match ?? {}) };
}

function opportunityOf(world: World, one: NonNullable<Given["opportunities"]>[number], at: number): Opportunity {
  const usual = { name: null, accountIds: ["account-1"], ownerId: null, isOpen: true, stageOrder: 1, stage: null };
  return {
    ...{ id: `deal-${at + 1}`, ...usual, lastActivityAt: null },
    ...defined(world.opportunity ?? {}),
    ...defined(one),
  };
}
