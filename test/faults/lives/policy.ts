import { readFileSync } from "node:fs";
import { join } from "node:path";
import { aroundTheClock } from "../../../scripts/around-the-clock.ts";

/** The shipped policy with reps who never sleep, and limits that nobody lives to see: what is asked is another matter. */
export const patientPolicy = aroundTheClock(
  readFileSync(join(import.meta.dirname, "../../../src/policies/default.yaml"), "utf8"),
).replace(/^ {2}(T[123]): \{ warn: .*?\}/gm, "  $1: { warn: 480h, breach: 960h }");
