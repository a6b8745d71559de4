import type { Rep } from "../model/rep.ts";
import { cleanText } from "./clean-text.ts";

/** What texts need to know of reps, by id; software has not left. One who is missing is shown as `rep <id>`, who is not active any more. */
export type Names = { reps: Readonly<Record<string, { name: string; active: boolean }>> };

export const namesOf = (reps: readonly Rep[]): Names => ({
  reps: Object.fromEntries(
    reps.map(({ id, name, active, software }) => [id, { name, active: active || software === true }]),
  ),
});

/** A rep's name for a text. */
export const repName = (names: Names, repId: string): string =>
  cleanText(ownOf(names, repId)?.name ?? "") || `rep ${repId}`;

/** As `repName`, with the CRM's id: whoever reads it looks the rep up there, and two may have one name. */
export function repWithId(names: Names, repId: string): string {
  const name = repName(names, repId);
  return name === `rep ${repId}` ? name : `${name} (rep ${repId})`;
}

/** As `repName`, with a word on who has left. */
export const ownerName = (names: Names, repId: string): string =>
  `${repName(names, repId)}${ownOf(names, repId)?.active === true ? "" : " (not active any more)"}`;

const ownOf = ({ reps }: Names, repId: string) => (Object.hasOwn(reps, repId) ? reps[repId] : undefined);
