import { type LeadField, leadFields } from "../../../model/lead.ts";
import { evaluate, fieldValue } from "../../conditions.ts";
import { decide } from "../../decide.ts";
import type { Decision } from "../../decision.ts";
import { signCodes } from "../../duplicates/signs.ts";
import { policyFields } from "../../policy-fields.ts";
import { findRep } from "../../rep-settings.ts";
import type { Snapshot } from "../../snapshot.ts";
import { partsOf } from "./parts.ts";
import { folded, type PolicyWords, policyWords } from "./policy-words.ts";
import { type WithoutIds, withoutIds } from "./scrub-ids.ts";
import { withWhoMatters } from "./who-matters.ts";

/** A decision cannot be told as a golden lead; the message says which part of it, for the person who asked. */
export class NotExpressible extends Error {
  override name = "NotExpressible";
}

const signs: ReadonlySet<string> = new Set(Object.values(signCodes));

/** So many numbers are tried for a lead: where equals are drawn for, the draw depends on its id. */
const mostLeadIds = 2_000;

/**
 * The snapshot of somebody who does not exist, in whose place each condition of the policy holds as it did and the same is
 * decided, step by step. The same one each time. Reps keep their ids, and those whom the policy names their names.
 * Throws `NotExpressible` with the part that cannot be replaced.
 */
export function scrub(original: Snapshot): Snapshot {
  const words = policyWords(original.shared.policy);
  const { snapshot: numbered, ids } = withoutIds(original, words);
  const wanted = comparable(original, ids);
  const isSame = (other: Snapshot): boolean => comparable(other) === wanted;
  if (!isSame(numbered)) throw new NotExpressible("the ids of its account, deals or earlier leads decide it");
  const read = withReadFields(numbered);
  const asked = answersOf(read, words);
  const byIds = withRepIds(read, (other) => answersOf(other, words) === asked && isSame(other));
  const small = withWhoMatters(withRepNames(byIds, words, isSame), isSame);
  let scrubbed = small;
  const holding = answersOf(scrubbed, words);
  for (const { what, standIns, put } of partsOf(small, words)) {
    const found = standIns
      .map((standIn) => put(scrubbed, standIn))
      .find((next) => answersOf(next, words) === holding && isSame(next));
    if (found === undefined)
      throw new NotExpressible(
        `nothing else could stand for ${what}: a condition asks for its text, and no other text that we can make up answers all conditions alike`,
      );
    scrubbed = found;
  }
  return withLeadId(scrubbed, isSame);
}

const decisionOf = ({ shared, facts, state }: Snapshot): Decision => decide(shared, facts, state).decision;

/** All of a decision but the lead's own id, other ids renamed. */
function comparable(snapshot: Snapshot, ids: WithoutIds["ids"] | null = null): string {
  const { outcome, tier, trace, marks } = decisionOf(snapshot);
  const stranger = strangerOf(snapshot);
  const lead = (id: string): string => ids?.lead.get(id) ?? id;
  return JSON.stringify([
    outcome.kind === "followed" ? { ...outcome, leadId: lead(outcome.leadId) } : outcome,
    tier,
    trace.map((step) => {
      if (step.step === "ghost-owner" && step.repId === stranger) return { ...step, repId: "a stranger" };
      if (step.step !== "noted" || step.detail === undefined) return step;
      if (signs.has(step.because)) return { ...step, detail: lead(step.detail) };
      return step.because === "claim" ? { ...step, detail: claimedBy(step.detail, ids) } : step;
    }),
    marks,
  ]);
}

/** Whom the account names as customer-success manager, where no rep is meant: any other text names nobody either. */
function strangerOf({ shared, facts }: Snapshot): string | null {
  const { customerSuccess } = shared.policy;
  const named = customerSuccess === null ? null : fieldValue(facts, customerSuccess);
  return findRep(shared.reps, named) === null ? named : null;
}

/** `account 4711`, `lead 7`: what gives somebody a claim. */
function claimedBy(detail: string, ids: WithoutIds["ids"] | null): string {
  const [noun = "", ...rest] = detail.split(" ");
  const id = rest.join(" ");
  const known = ids?.[noun as keyof WithoutIds["ids"]]?.get(id);
  return known === undefined ? detail : `${noun} ${known}`;
}

/** What each line of the policy's conditions says of it. */
const answersOf = ({ shared, facts }: Snapshot, { lines }: PolicyWords): string =>
  lines.map((line) => Number(evaluate(line, facts, shared.now))).join("");

/** Fields that neither the policy nor the engine reads tell of a person and of nothing else. */
function withReadFields(snapshot: Snapshot): Snapshot {
  const { facts, shared } = snapshot;
  const { crm, account } = policyFields(shared.policy);
  const isKept = (name: string): boolean =>
    leadFields.includes(name as LeadField) || crm.some((field) => name === field || name === `crm.${field}`);
  const fields = Object.fromEntries(Object.entries(facts.lead.fields).filter(([name]) => isKept(name)));
  const lead = { ...facts.lead, fields };
  if (facts.match === null) return { ...snapshot, facts: { ...facts, lead } };
  const theirs = Object.entries(facts.match.account.crm ?? {}).filter(([name]) => account.includes(name));
  const match = { ...facts.match, account: { ...facts.match.account, crm: Object.fromEntries(theirs) } };
  return { ...snapshot, facts: { ...facts, lead, match } };
}

/** Reps whom fields of the CRM name are named there by their ids, unless a condition asks for the name. */
function withRepIds(snapshot: Snapshot, isSame: (other: Snapshot) => boolean): Snapshot {
  const { reps } = snapshot.shared;
  let named = snapshot;
  for (const [field, text] of Object.entries(snapshot.facts.match?.account.crm ?? {})) {
    const id = text === null ? undefined : reps.find(({ name }) => folded(name) === folded(text))?.id;
    const { match } = named.facts;
    if (id === undefined || match === null) continue;
    const account = { ...match.account, crm: { ...match.account.crm, [field]: id } };
    const next = { ...named, facts: { ...named.facts, match: { ...match, account } } };
    if (isSame(next)) named = next;
  }
  return named;
}

function withRepNames(snapshot: Snapshot, words: PolicyWords, isSame: (other: Snapshot) => boolean): Snapshot {
  const { shared } = snapshot;
  const renamed = (teamsOf: (teams: readonly string[]) => readonly string[]): Snapshot => ({
    ...snapshot,
    shared: {
      ...shared,
      reps: shared.reps.map((rep) => ({
        ...rep,
        name: words.names(rep.name) ? rep.name : `Rep ${rep.id}`,
        teams: teamsOf(rep.teams),
        userId: null,
      })),
    },
  });
  const inPolicy = renamed((teams) => teams.filter(words.names));
  if (isSame(inPolicy)) return inPolicy;
  const all = renamed((teams) => teams);
  if (isSame(all)) return all;
  throw new NotExpressible(
    "it depends on the name of a rep whom the policy does not name: let the CRM's field hold the owner id, or name the rep in the policy",
  );
}

/** Last, for the draw of equals depends on who they are. */
function withLeadId(snapshot: Snapshot, isSame: (other: Snapshot) => boolean): Snapshot {
  for (let number = 1; number <= mostLeadIds; number += 1) {
    const lead = { ...snapshot.facts.lead, id: `lead-${number}` };
    const next = { ...snapshot, facts: { ...snapshot.facts, lead } };
    if (isSame(next)) return next;
  }
  throw new NotExpressible("its own id decides it, among too many equals");
}
