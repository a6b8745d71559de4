import { expect, test } from "@jest/globals";
import { readRoster } from "../../../src/engine/lint/read-roster.ts";
import { aPolicy } from "../../builders.ts";

test.each<[what: string, text: string, message: RegExp]>([
  [
    "a golden lead",
    "why: The turn is Bea's\nworld: team\ngiven: {}\noutcome: { kind: assigned, repId: bea }\n",
    /this is a golden lead; its reps stand in the world that it names; a roster lists the reps .*: reps: \[\{ id: "41"/,
  ],
  ["a list of reps", "- { id: bea }\n", /this is a list; put it under "reps"; a roster lists the reps/],
  ["a file of something else", "name: bea\n", /this is no roster: "reps" is missing; a roster lists the reps/],
  ["a world without reps", "timeZone: Europe\\/Berlin\n", /reps: is missing/],
  ["an empty file", "", /this is no roster: "reps" is missing; a roster lists the reps/],
])("%s given for a roster is told what a roster is", (_what, text, message) => {
  expect(() => readRoster(text, aPolicy(), "team.yaml")).toThrow(message);
});
