import type { Rep } from "../../model/rep.ts";
import { backupsOf } from "../backups.ts";
import type { Policy } from "../policy.ts";
import { prepare } from "../prepare.ts";
import type { PreparedRep } from "../prepare-reps.ts";
import type { Found, Lint, LintInput, Roster } from "./finding.ts";
import { routableLead } from "./routable-lead.ts";
import { show } from "./show.ts";
import { leadWith } from "./witness.ts";

/** A rep who is or will be away and for whom nobody stands in, and backups that lead back to whom they stand in for. */
export const backups: Lint = {
  severity: "warning",
  label: "a backup who is missing, away at the same time, or leads back",
  find(input) {
    const { roster } = input;
    if (roster === null) return circlesIn(standInsOf(input.policy));
    const { reps } = preparedAt(input, roster, input.now);
    const active = [...reps.values()].filter(({ rep }) => rep.active);
    // A chain goes on past who has left.
    const standIns = [...reps.values()].map(toStandIn);
    return [
      ...circlesIn(standIns, ({ id }) => reps.get(id)?.rep.active === true),
      ...active.flatMap((rep) => absencesOf(rep, input, roster)),
    ];
  },
};

/** Somebody, and who stands in for them: owner ids, or whatever the policy calls them. */
type StandIn = { id: string; name: string; backupId: string | null };

const toStandIn = ({ rep: { id, name }, backupId }: PreparedRep): StandIn => ({ id, name, backupId });

/** Whom the policy itself names: without a roster an id and the name of the same person are two. */
function standInsOf({ reps, repDefaults }: Policy): StandIn[] {
  const known = new Map(Object.entries(reps));
  const backups = [repDefaults, ...known.values()].flatMap(({ backupId }) => backupId ?? []);
  return [...new Set([...known.keys(), ...backups])].map((name) => {
    const { backupId } = known.get(name) ?? repDefaults;
    return { id: name, name, backupId };
  });
}

const preparedAt = ({ policy }: LintInput, { reps, timeZone }: Roster, now: string) =>
  prepare({ policy, policyVersion: 1, now, reps, stages: [], timeZone });

/** Each told once, of the first in it of those who count. */
function circlesIn(standIns: readonly StandIn[], counts: (each: StandIn) => boolean = () => true): Found[] {
  const byId = new Map(standIns.map((each) => [each.id, each]));
  return standIns.filter(counts).flatMap((first): Found[] => {
    const circle = circleFrom(first, byId);
    if (circle === null || circle.some((each) => each.id < first.id && counts(each))) return [];
    const names = [...circle, first].map(({ name }) => name).join(" → ");
    const message = `the backups ${names} lead back to ${first.name}: when all of them are away nobody stands in`;
    return [{ message, rules: circle.map(({ id }) => `backup of ${id}`), witness: null }];
  });
}

/** Null: the backups of this one do not lead back to them. */
function circleFrom(first: StandIn, byId: ReadonlyMap<string, StandIn>): StandIn[] | null {
  const chain = [first];
  for (let next = nextOf(first, byId); next !== first; next = nextOf(next, byId)) {
    if (next === undefined || chain.includes(next)) return null;
    chain.push(next);
  }
  return chain;
}

const nextOf = ({ backupId }: StandIn, byId: ReadonlyMap<string, StandIn>): StandIn | undefined =>
  backupId === null ? undefined : byId.get(backupId);

function absencesOf({ rep }: PreparedRep, input: LintInput, roster: Roster): Found[] {
  const coming = rep.absences.filter(({ endAt }) => Date.parse(endAt) > Date.parse(input.now));
  const found = coming.flatMap((absence): Found[] => {
    const at =
      Date.parse(absence.startAt) > Date.parse(input.now) ? new Date(absence.startAt).toISOString() : input.now;
    const { reps } = preparedAt(input, roster, at);
    const chain = backupsOf(reps, rep.id);
    if (chain.some((backup) => backup.rep.active && !backup.isAbsent)) return [];
    const names = chain.map(
      (backup) => `${backup.rep.name} is ${backup.rep.active ? "away as well" : "not active any more"}`,
    );
    const why = names.length === 0 ? "and has no backup" : `and ${names.join(", ")}`;
    return [
      {
        message: `${rep.name} is away from ${at} ${why}: nobody stands in for leads that they have a claim to`,
        rules: [`rep ${rep.id}`, ...chain.map((backup) => `backup ${backup.rep.id}`)],
        witness: claimOf(input, rep, at),
      },
    ];
  });
  return found.slice(0, 1);
}

/** A lead of an account that is theirs. */
function claimOf(input: LintInput, rep: Rep, at: string): Found["witness"] {
  const lead = routableLead(input);
  if (lead === null) return null;
  const owned = leadWith(
    lead,
    new Map([
      ["account.ownerId", rep.id],
      ["account.name", "an account of theirs"],
    ]),
  );
  return show(input, { ...owned, trigger: { ...owned.trigger, qualifiedAt: at } }, { now: at });
}
