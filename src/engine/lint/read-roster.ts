import { worldShape } from "../golden/golden-shape.ts";
import { snapshotOf } from "../golden/golden-snapshot.ts";
import { readShape } from "../golden/read-shape.ts";
import { Invalid } from "../invalid.ts";
import { isPolicy } from "../is-policy.ts";
import type { Policy } from "../policy.ts";
import type { Roster } from "./finding.ts";

/** The reps of a file that is written as a world of golden leads. Throws `Invalid` with everything that is wrong with it. */
export function readRoster(text: string, policy: Policy, what = "The roster"): Roster {
  const { value, problems, document } = readShape(text, worldShape);
  if (isPolicy(document.value)) throw new Invalid(what, [document.problemAt([], aPolicy)]);
  if (value === null) throw new Invalid(what, problems);
  const { reps, timeZone } = snapshotOf(value, {}, policy).shared;
  return { reps, timeZone };
}

const aPolicy =
  'this is a policy; a roster lists the reps as the CRM knows them, as a world of golden leads does: reps: [{ id: "41", name: Ada Lovelace, teams: [DACH Sales] }]';
