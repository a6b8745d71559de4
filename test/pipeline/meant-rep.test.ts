import { expect, test } from "@jest/globals";
import { meantRep } from "../../src/pipeline/meant-rep.ts";
import { aRep } from "../builders.ts";

const reps = [aRep({ id: "401", name: "Markus Weber" }), aRep({ id: "402", name: "Ada Lovelace" })];

test("a rep is meant by owner id or by name", () => {
  expect([meantRep(reps, "402"), meantRep(reps, "Markus Weber")]).toEqual(["402", "401"]);
});

test("nobody who is called so is told, with who was probably meant", () => {
  expect(() => meantRep(reps, "Markus")).toThrow(
    'Nobody is called Markus or has that owner id — did you mean "Markus Weber"?',
  );
  expect(() => meantRep(reps, "Zoltan")).toThrow("Nobody is called Zoltan or has that owner id.");
});
