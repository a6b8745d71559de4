import { worldShape } from "../golden/golden-shape.ts";
import { snapshotOf } from "../golden/golden-snapshot.ts";
import { readShape } from "../golden/read-shape.ts";
import { Invalid } from "../invalid.ts";
import { isPolicy } from "../is-policy.ts";
import type { Policy } from "../policy.ts";
import type { Roster } from "./finding.ts";

/** The reps of a file that is written as a world of golden leads. Throws `Invalid` with everything that is wrong with it. */
export function readRoster(text: string, policy: Policy, what = "The roster"): Roster {
  const { value, problems, document } = readShape(text, worldShape, whatItIs);
  // It has keys of a world as well.
  if (isPolicy(document.value)) throw new Invalid(what, [document.problemAt([], whatItIs(document.value))]);
  if (value === null) throw new Invalid(what, problems);
  const { reps, timeZone } = snapshotOf(value, {}, policy).shared;
  return { reps, timeZone };
}

const whatItIs = (value: unknown): string => `${otherFile(value)}; ${aRoster}`;

function otherFile(value: unknown): string {
  if (isPolicy(value)) return "this is a policy";
  const has = (key: string): boolean => typeof value === "object" && value !== null && key in value;
  if (has("outcome") && has("world")) return "this is a golden lead; its reps stand in the world that it names";
  return Array.isArray(value) ? 'this is a list; put it under "reps"' : 'this is no roster: "reps" is missing';
}

const aRoster =
  'a roster lists the reps as the CRM knows them, as a world of golden leads does: reps: [{ id: "41", name: Ada Lovelace, teams: [DACH Sales] }]';
