import type { Rep } from "../../model/rep.ts";
import { backupsOf } from "../backups.ts";
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
    if (roster === null) return [];
    const { reps } = preparedAt(input, roster, input.now);
    return [...reps.values()]
      .filter(({ rep }) => rep.active)
      .flatMap((rep) => [...circleOf(rep, reps), ...absencesOf(rep, input, roster)]);
  },
};

const preparedAt = ({ policy }: LintInput, { reps, timeZone }: Roster, now: string) =>
  prepare({ policy, policyVersion: 1, now, reps, stages: [], timeZone });

/** Told once, of the first of the circle. */
function circleOf({ rep }: PreparedRep, reps: ReadonlyMap<string, PreparedRep>): Found[] {
  const chain = [rep.id];
  for (let next = reps.get(rep.id)?.backupId ?? null; next !== null; next = reps.get(next)?.backupId ?? null) {
    if (next === rep.id) {
      const names = chain.map((id) => reps.get(id)?.rep.name ?? id);
      const isFirst = [...chain].sort()[0] === rep.id;
      const message = `the backups ${[...names, names[0]].join(" → ")} lead back to ${rep.name}: when all of them are away nobody stands in`;
      return isFirst ? [{ message, rules: chain.map((id) => `backup of ${id}`), witness: null }] : [];
    }
    if (chain.includes(next)) return [];
    chain.push(next);
  }
  return [];
}

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
