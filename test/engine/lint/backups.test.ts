import { expect, test } from "@jest/globals";
import { lint, reps } from "./planted.ts";

const circlesIn = (sections: object, roster?: null) =>
  lint({ sections, ...(roster === null ? { roster } : {}) }).filter(({ kind }) => kind === "backups");

test("backups that lead back are found without a roster, once a circle", () => {
  const circle = { Ada: { backup: "Bo" }, Bo: { backup: "Cy" }, Cy: { backup: "Ada" }, Dee: { backup: "Ada" } };
  expect(circlesIn({ reps: circle }, null)).toEqual([
    {
      kind: "backups",
      severity: "warning",
      message: "the backups Ada → Bo → Cy → Ada lead back to Ada: when all of them are away nobody stands in",
      rules: ["backup of Ada", "backup of Bo", "backup of Cy"],
      witness: null,
    },
  ]);
});

test("so is the one whom everybody has for a backup, who has themselves", () => {
  const defaults = { seniority: 2, backup: "Ada" };
  expect(circlesIn({ rep_defaults: defaults }, null).map(({ message }) => message)).toEqual([
    "the backups Ada → Ada lead back to Ada: when all of them are away nobody stands in",
  ]);
  expect(circlesIn({ rep_defaults: defaults, reps: { Ada: { backup: null } } }, null)).toEqual([]);
});

test("a chain that ends is no circle", () => {
  expect(circlesIn({ reps: { Ada: { backup: "Bo" }, Bo: { backup: "Cy" } } }, null)).toEqual([]);
});

test("with a roster an id and the name of one person are the same", () => {
  const mixed = { "rep-01": { backup: "Rep 02" }, "Rep 02": { backup: "rep-01" } };
  expect(circlesIn({ reps: mixed }).map(({ rules }) => rules)).toEqual([["backup of rep-01", "backup of rep-02"]]);
});

test("who has left is passed on the way round", () => {
  const sections = { reps: { "rep-01": { backup: "rep-02" }, "rep-02": { backup: "rep-01" } } };
  const roster = reps.map((rep) => (rep.id === "rep-01" ? { ...rep, active: false } : rep));
  const found = lint({ sections, roster }).filter(({ kind }) => kind === "backups");
  expect(found.map(({ rules }) => rules)).toEqual([["backup of rep-02", "backup of rep-01"]]);
});
