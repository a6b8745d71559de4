import { expect, test } from "@jest/globals";
import type { Setup } from "../../src/pipeline/station-setup.ts";
import { updateStation } from "../../src/pipeline/update-station.ts";
import type { UpdateJob } from "../../src/pipeline/workspace.ts";
import { aMatch, someFacts } from "../builders.ts";
import { anOperation } from "../store/records.ts";

const setup = {} as Setup;
const jobOf = (facts: ReturnType<typeof someFacts>) =>
  ({ operation: anOperation("k", { leadId: "101" }), context: { facts } }) as Partial<UpdateJob> as UpdateJob;

test("where writes go in streams, no two calls have a lead in common, nor an account", () => {
  const { atOnce, keysOf } = updateStation(setup, { maxBatch: 75, withTasks: true, streams: 4 });

  expect(atOnce).toBe(4);
  expect(keysOf?.(jobOf(someFacts({ match: aMatch({ id: "acme" }) })))).toEqual(["101", "acme"]);
  expect(keysOf?.(jobOf(someFacts({ match: null })))).toEqual(["101"]);
});

test("elsewhere as many calls go as there are permits for", () => {
  expect(updateStation(setup, { maxBatch: 100, withTasks: false, streams: null })).not.toHaveProperty("keysOf");
});
