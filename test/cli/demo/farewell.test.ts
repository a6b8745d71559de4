import { expect, test } from "@jest/globals";
import type { Cli } from "../../../src/cli/cli.ts";
import { askWhy, finish } from "../../../src/cli/demo/farewell.ts";
import { type Summary, summariseRouting } from "../../../src/cli/demo/summary.ts";

const summary = (nowhere: string[]): Summary => ({
  ...summariseRouting([]),
  ...{ leads: 40, nowhere, matched: [], seed: 1, crms: [], seconds: 1 },
  accounts: { inCrm: 0, byDomain: 0, byLikeness: 0, inReview: 0, without: 0, elsewhere: 0 },
  sla: { reminded: 0, breached: 0, touched: 0, reassigned: 0, met: 0, open: 0 },
});

function end(wrong: { nowhere?: string[]; unsettled?: string[] }, json = false) {
  const told: string[] = [];
  const complaints: string[] = [];
  let failed = false;
  const cli: Pick<Cli, "print" | "complain" | "fail"> = {
    print: (line) => told.push(line),
    complain: (line) => complaints.push(line),
    fail() {
      failed = true;
    },
  };
  finish(cli, { summary: summary(wrong.nowhere ?? []), json, unsettled: wrong.unsettled ?? [] });
  return { told, complaints, failed };
}

test("a demo in which every lead ended somewhere has nothing to complain of", () => {
  expect(end({})).toEqual({ told: [], complaints: [], failed: false });
});

test("leads that were not settled in time fail the demo, and the first of them are named", () => {
  const unsettled = ["1", "2", "3", "4", "5", "6"];

  expect(end({ unsettled })).toMatchObject({
    failed: true,
    complaints: ["6 of 40 leads were not settled in time: 1, 2, 3, 4, 5 and others."],
  });
});

test("a lead with neither an owner nor a reason fails the demo, and the summary is told all the same", () => {
  const { failed, complaints, told } = end({ nowhere: ["00Q7"] }, true);

  expect(failed).toBe(true);
  expect(complaints).toEqual(["1 lead has neither an owner nor a reason: 00Q7."]);
  expect(JSON.parse(told[0] ?? "")).toMatchObject({ nowhere: ["00Q7"] });
});

test("of data that is gone the command is told that would keep and explain it, and of data that is kept the command as it is", () => {
  const stage = { dataDir: "/somewhere/kept data" };

  expect(askWhy(stage, "50005", { once: true }).at(-1)).toBe(
    "  BATON_DATA_DIR=./baton-demo npm run baton -- explain 50005",
  );
  expect(askWhy(stage, "50005", { once: true, data: "kept data" }).at(-1)).toBe(
    "  BATON_DATA_DIR='/somewhere/kept data' npm run baton -- explain 50005",
  );
});
