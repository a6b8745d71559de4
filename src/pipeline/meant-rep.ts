import { findRep } from "../engine/rep-settings.ts";
import { repsMeant } from "../engine/reps-meant.ts";
import type { Rep } from "../model/rep.ts";
import { Refused } from "../refused.ts";

/** The owner id of the rep who is meant; throws `Refused`, with the name that is near, when there is none. */
export function meantRep(reps: readonly Rep[], idOrName: string): string {
  const meant = findRep(reps, idOrName);
  if (meant !== null) return meant.id;
  const near = repsMeant(idOrName, reps);
  throw new Refused(`Nobody is called ${idOrName} or has that owner id${near === "" ? "." : near}`);
}
