import { describe, expect, test } from "@jest/globals";
import { junitOf } from "../../../src/engine/golden/junit.ts";
import { readGoldens } from "../../../src/engine/golden/read-goldens.ts";
import { runGoldens } from "../../../src/engine/golden/run-goldens.ts";
import { shippedPolicy } from "../../golden/read-directory.ts";

const policy = shippedPolicy("starter.yaml");
const world = "reps: [{ id: anna }, { id: bea, load: 12 }]";
const golden = `why: The turn goes by room
world: team
given: { fields: { score: "45" } }
outcome: { kind: assigned, repId: anna, stage: pick, poolId: everyone }
`;
const read = (text: string, path = "turn.yaml") =>
  readGoldens(
    [
      { path: "worlds/team.yaml", text: world },
      { path, text },
    ],
    policy,
  );
const problemsOf = (text: string): readonly string[] => read(text).problems;

test("a golden lead is a file of facts and the outcome that they must get", () => {
  const { goldens, problems } = read(golden, "pick/turn.yaml");
  expect(problems).toEqual([]);
  expect(runGoldens(goldens)).toMatchObject([{ golden: { name: "pick/turn", recorded: false }, differences: [] }]);
});

test("JSON does as well, and a world may be written out", () => {
  const text = JSON.stringify({
    why: "x",
    world: { reps: [{ id: "zoe" }] },
    outcome: { kind: "assigned", repId: "zoe", stage: "pick", poolId: "everyone" },
  });
  const { goldens, problems } = readGoldens([{ path: "zoe.json", text }], policy);
  expect([problems, runGoldens(goldens)]).toMatchObject([[], [{ differences: [] }]]);
});

test("what comes out otherwise is told part by part and line by line", () => {
  const wrong = golden
    .replace("repId: anna", "repId: bea")
    .concat("trace: [tier T3 no-tier-rule, rep-chosen bea credit]\n");
  const [result] = runGoldens(read(wrong).goldens);
  expect(result?.differences).toEqual([
    "outcome.repId: expected bea, got anna",
    "trace:",
    expect.stringMatching(/^ {2}.*tier T3/),
    ...Array.from({ length: (result?.differences.length ?? 0) - 3 }, () => expect.stringMatching(/^ {2}[-+] /)),
  ]);
  expect(result?.differences).toContain("  - rep-chosen bea credit");
});

test("until when a lead is held is compared as well", () => {
  const held = `why: Everybody is at work a quarter of an hour too late
world: { reps: [{ id: zoe, shifts: [{ days: FR, start: "10:00", end: "12:00" }], timeZone: UTC }] }
given:
  now: "2026-11-20T09:45:00Z"
  fields: { score: "45" }
  policy:
    pools: [{ name: everyone, teams: ["*"], strategy: claim }]
outcome: { kind: queued, queueId: everyone, because: claim-list, held: { until: "2026-11-21T00:00:00Z", opensAt: "2026-11-20T10:00:00Z" } }
`;
  const { goldens, problems } = read(held, "held.yaml");
  expect(problems).toEqual([]);
  expect(runGoldens(goldens)[0]?.differences).toEqual([
    "outcome.held.until: expected 2026-11-21T00:00:00.000Z, got 2026-11-20T11:00:00.000Z",
  ]);
});

describe("what is wrong with a file is told with its line, and what was probably meant", () => {
  test.each([
    [
      "a key that is none",
      golden.replace("given:", "givn:"),
      'turn.yaml:3:1: givn: is no key that belongs here — did you mean "given"?',
    ],
    [
      "a fact that is none",
      golden.replace("fields:", "field:"),
      'given.field: is no key that belongs here — did you mean "fields"?',
    ],
    ["a field that is none", golden.replace("score", "scroe"), '"scroe" is no field of a lead — did you mean "score"?'],
    [
      "a world that there is not",
      golden.replace("team", "taem"),
      'turn.yaml:2:1: world: there is no world "taem" — did you mean "team"?',
    ],
    [
      "a rep that the world has not",
      golden.replace("{ fields", "{ reps: { ana: { load: 1 } }, fields"),
      'the world has no rep "ana" — did you mean "anna"?',
    ],
    ["an outcome that there is not", golden.replace("assigned", "asigned"), 'did you mean "assigned"?'],
    ["no outcome", golden.replace(/outcome.*\n/, ""), "outcome: is missing"],
    [
      "a section of the policy that is broken",
      golden.replace("{ fields", "{ policy: { waterfall: [everyon] }, fields"),
      'there is no pool "everyon" — did you mean "everyone"?',
    ],
    ["another kind of file", policy, "turn.yaml:4:1: is neither a golden lead nor"],
    ["no YAML", "why: [", "is not YAML that we can read"],
    ["a time that is none", golden.replace("{ fields", "{ now: soon, fields"), '"soon" is no time'],
  ])("%s", (_, text, message) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(message)]);
  });

  test("of all files at once", () => {
    const files = ["a.yaml", "b.yaml"].map((path) => ({ path, text: "why: only" }));
    expect(new Set(readGoldens(files, policy).problems.map((problem) => problem.split(":")[0]))).toEqual(
      new Set(["a.yaml", "b.yaml"]),
    );
  });
});

test("JUnit has a case for each, its folder as class, and what may not stand in XML is replaced", () => {
  const { goldens } = read(
    golden.replace("anna", "x").replace("The turn goes by room", '"A <b> & \\u0001"'),
    "pick/turn.yaml",
  );
  const xml = junitOf(runGoldens(goldens), ["b.yaml:1:1: broken"]);
  expect(xml).toContain('<testsuite name="golden leads" tests="2" failures="1" errors="1">');
  expect(xml).toContain('<testcase classname="golden.pick" name="turn">');
  expect(xml).toContain("outcome.repId: expected x, got anna");
  expect(xml).toContain('<error message="b.yaml:1:1: broken"/>');
});
