import type { Rep } from "../model/rep.ts";
import { didYouMean, suggest } from "./suggest.ts";

const most = 3;

/** ` — did you mean "Ada Lovelace"?` for a name or an id that is nobody's, or for one part of a name; or nothing. */
export function repsMeant(written: string, reps: readonly Pick<Rep, "id" | "name">[]): string {
  const called = (part: string | null): string[] =>
    reps.map(({ name }) => name).filter((name) => part !== null && partsOf(name).includes(part.toLowerCase()));
  const whole = didYouMean(
    written,
    reps.flatMap(({ id, name }) => [id, name]),
  );
  const exactly = called(written);
  if (exactly.length === 0 && whole !== "") return whole;
  const parts = reps.flatMap(({ name }) => partsOf(name));
  const names = exactly.length > 0 ? exactly : called(suggest(written, parts));
  if (names.length === 0) return "";
  const listed = names.slice(0, most).map((name) => `"${name}"`);
  return ` — did you mean ${listed.join(" or ")}${names.length > most ? `, or another of ${names.length}` : ""}?`;
}

const partsOf = (name: string): string[] => name.toLowerCase().split(/\s+/).filter(Boolean);
