import type { Decision } from "../decision.ts";
import { settingsOf } from "../rep-settings.ts";
import type { Shared } from "../snapshot.ts";
import type { LintInput, Roster, Witness } from "./finding.ts";
import { leadOfPool, placeIn } from "./lead-of-pool.ts";
import { routableLead } from "./routable-lead.ts";
import { everybodyHere, show } from "./show.ts";
import { leadWith, type Values } from "./witness.ts";

/** A part of a policy by whose names leads are given to reps. Null: one by which none is. */
export type NamingPlace =
  | { kind: "pool"; name: string }
  | { kind: "territory"; name: string }
  | { kind: "override"; name: string }
  | { kind: "catch-all" }
  | { kind: "backup"; backup: string }
  | null;

/** A lead that comes to a place that names somebody, and does not find them though everybody is at work. Null: none is known. */
export function leadPast(place: NamingPlace, input: LintInput, roster: Roster): Witness | null {
  switch (place?.kind) {
    case "pool": {
      const lead = leadOfPool(input, place.name);
      const witness = lead === null ? null : show(input, lead, everybodyHere(roster));
      return witness !== null && cameToPool(witness.decision, place.name) ? witness : null;
    }
    case "territory": {
      const territory = input.policy.territories.find(({ name }) => name === place.name);
      const values = territory === undefined ? null : placeIn(territory, input);
      return shown(input, values, everybodyHere(roster), (decision) => cameToTerritory(decision, place.name));
    }
    case "override": {
      const override = input.policy.overrides.find(({ name }) => name === place.name);
      const lead = override === undefined ? null : routableLead(input, override.when);
      const witness = lead === null ? null : show(input, lead, everybodyHere(roster));
      return witness !== null && isNoted(witness.decision, "override", place.name) ? witness : null;
    }
    case "catch-all":
      return shown(input, new Map(), { reps: [] }, ({ trace }) =>
        trace.some((step) => step.step === "waterfall-level" && step.level === "queue"),
      );
    case "backup":
      return leadOfAbsent(place.backup, input, roster);
    case undefined:
      return null;
  }
}

/** A lead of an account of somebody whom this backup would stand in for, and who is away. */
function leadOfAbsent(backup: string, input: LintInput, roster: Roster): Witness | null {
  const owner = roster.reps.find((rep) => rep.active && settingsOf(input.policy, rep).backupId === backup);
  if (owner === undefined) return null;
  const at = Date.parse(input.now);
  const absences = [{ startAt: input.now, endAt: new Date(at + 86_400_000).toISOString() }];
  const { reps } = everybodyHere(roster);
  const values = new Map([
    ["account.ownerId", owner.id],
    ["account.name", "an account of theirs"],
  ]);
  const change = { reps: reps.map((rep) => (rep.id === owner.id ? { ...rep, absences } : rep)) };
  return shown(input, values, change, (decision) => isNoted(decision, "owner-away", owner.id));
}

function shown(
  input: LintInput,
  values: Values | null,
  change: Partial<Shared>,
  isShown: (decision: Decision) => boolean,
): Witness | null {
  const lead = routableLead(input);
  const witness = lead === null || values === null ? null : show(input, leadWith(lead, values), change);
  return witness !== null && isShown(witness.decision) ? witness : null;
}

const cameToPool = ({ outcome, trace }: Decision, pool: string): boolean =>
  (outcome.kind === "assigned" && outcome.poolId === pool) ||
  trace.some((step) => step.step === "waterfall-level" && step.level === pool);

const cameToTerritory = ({ trace }: Decision, territory: string): boolean =>
  trace.some((step) => step.step === "stage-narrowed" && step.stage === "territory" && step.to === territory);

const isNoted = ({ trace }: Decision, because: string, detail: string): boolean =>
  trace.some((step) => step.step === "noted" && step.because === because && step.detail === detail);
