import type { Rep } from "../model/rep.ts";
import { findRep, settingsOf } from "./rep-settings.ts";
import type { Shared } from "./snapshot.ts";

/** Who decides about a rep's leads: the manager whom the policy names, else the catch-all person; null: nobody. */
export function managerOf({ policy, reps }: Pick<Shared, "policy" | "reps">, repId: string): Rep | null {
  const rep = reps.find(({ id }) => id === repId);
  const named = [rep === undefined ? null : settingsOf(policy, rep).managerId, policy.catchAll.repId];
  return (
    named.map((name) => findRep(reps, name)).find((person) => person?.active === true && person.id !== repId) ?? null
  );
}
