import { readFileSync } from "node:fs";
import type { Outcome } from "../../src/engine/decision.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { LeadFacts, Shared, State, Trigger } from "../../src/engine/snapshot.ts";
import type { Account, Opportunity } from "../../src/model/account.ts";
import type { Lead } from "../../src/model/lead.ts";
import type { Rep } from "../../src/model/rep.ts";
import { aLead, aMatch, anOpportunity, aPolicy, aRep, aShared, aState, aTrigger, someFacts } from "../builders.ts";

/** `file`: another of the shipped policies than the default one. */
type World = { file?: string; policy?: Partial<Policy>; reps: readonly Partial<Rep>[] };

/** What a case changes in its world. `fields` are the lead's; `reps` changes reps of the world by id, load included. */
type Given = {
  now?: string;
  policy?: Partial<Policy>;
  reps?: Record<string, Partial<Rep> & { load?: number }>;
  credits?: State["credits"];
  lead?: Partial<Omit<Lead, "fields">>;
  fields?: Lead["fields"];
  account?: Partial<Account>;
  opportunities?: readonly Partial<Opportunity>[];
  ownerHistory?: LeadFacts["ownerHistory"];
  earlierAssignment?: LeadFacts["earlierAssignment"];
  trigger?: Partial<Trigger>;
};

type Case = { why: string; world: string; given: Given; outcome: Outcome; trace: string[]; marks?: string[] };

export type Golden = Pick<Case, "outcome" | "trace" | "marks"> & { shared: Shared; facts: LeadFacts; state: State };

/** A golden lead as the snapshot that it describes and the answer that it expects. */
export function readCase(text: string): Golden {
  const { world: name, given, ...expected } = JSON.parse(text) as Case;
  const world = JSON.parse(readFileSync(new URL(`worlds/${name}.json`, import.meta.url), "utf8")) as World;
  const changes = Object.entries(given.reps ?? {});
  const reps = world.reps.map((rep) => {
    const { load: _, ...change } = given.reps?.[rep.id ?? ""] ?? {};
    return aRep({ ...rep, ...change });
  });
  const strangers = changes.filter(([id]) => !reps.some((rep) => rep.id === id)).map(([id]) => id);
  if (strangers.length > 0) throw new Error(`The world ${name} has no ${strangers.join(", ")}`);
  return {
    ...expected,
    shared: aShared({
      policy: policyOf(world, given),
      reps,
      ...(given.now === undefined ? {} : { now: given.now }),
    }),
    facts: factsOf(given),
    state: aState({
      credits: given.credits ?? {},
      load: Object.fromEntries(changes.map(([id, { load }]) => [id, load ?? 0])),
    }),
  };
}

const everywhere = { countries: [], states: [], postalCodes: [], accounts: [] };

function basePolicy(file: string | undefined): Policy {
  if (file === undefined) return aPolicy();
  return parsePolicy(readFileSync(new URL(`../../src/policies/${file}`, import.meta.url), "utf8"));
}

/** Settings of a rep say what is unusual about them. */
function policyOf(world: World, given: Given): Policy {
  const policy = { ...basePolicy(world.file), ...world.policy, ...given.policy };
  const repDefaults = { ...aPolicy().repDefaults, ...policy.repDefaults };
  const reps = Object.entries(policy.reps).map(([id, settings]) => [id, { ...repDefaults, ...settings }]);
  const territories = policy.territories.map((territory) => ({ ...everywhere, ...territory }));
  return { ...policy, repDefaults, reps: Object.fromEntries(reps), territories };
}

const factsOf = (given: Given): LeadFacts =>
  someFacts({
    trigger: aTrigger(given.trigger),
    lead: aLead({ ...given.lead, ...(given.fields === undefined ? {} : { fields: given.fields }) }),
    match: given.account === undefined ? null : aMatch(given.account),
    opportunities: (given.opportunities ?? []).map(anOpportunity),
    ownerHistory: given.ownerHistory ?? [],
    earlierAssignment: given.earlierAssignment ?? null,
  });
