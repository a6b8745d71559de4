import type { State } from "../engine/snapshot.ts";
import { firstPlace, type HeldLead, type Place } from "../store/held-leads.ts";
import type { Roster } from "./workspace.ts";

/** What says who may take a lead, but for the time. */
type Availability = { roster: Roster; policyVersion: number; load: State["load"] };

/**
 * How far a look at all leads that are held has come, some at a time: nobody behind `beyond` was looked at; null: no such
 * look is under way. `isAgain`: somebody got room meanwhile, so that those before it are to be looked at once more.
 */
export type Look = { present: Availability; beyond: Place | null; isAgain: boolean };

/** Goes on with the look at all that is under way, or begins one when somebody might be able to take a lead now. */
export function nextLookAtAll(last: Look | undefined, present: Availability): Look {
  const isNew = isBetter(last?.present, present);
  const beyond = last?.beyond ?? null;
  if (beyond !== null) return { present, beyond, isAgain: isNew || last?.isAgain === true };
  return { present, beyond: isNew ? firstPlace : null, isAgain: false };
}

type Seen = { rows: readonly Pick<HeldLead, keyof Place | "isBehind">[]; isWhole: boolean };

/** After so many of them, in their order; `isWhole`: there were no more. */
export function lookedAt({ present, beyond, isAgain }: Look, { rows, isWhole }: Seen): Look {
  if (beyond === null || isWhole) return { present, beyond: isAgain ? firstPlace : null, isAgain: false };
  const last = rows.at(-1);
  // Those that are due may all stand before it.
  return { present, beyond: last?.isBehind === true ? last : beyond, isAgain };
}

/** Might somebody be able to take a lead who was not at the last look? */
function isBetter(last: Availability | undefined, { roster, policyVersion, load }: Availability): boolean {
  if (last === undefined || last.roster !== roster || last.policyVersion !== policyVersion) return true;
  return Object.entries(last.load).some(([repId, points]) => (load[repId] ?? 0) < points);
}
