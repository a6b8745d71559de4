import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { createProgram } from "../../src/program.ts";
import { seen } from "./seen.ts";

// `match`, `match eval` and `match train`, on tables as they are exported.

const folder = mkdtempSync(join(tmpdir(), "baton-match-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, lines?: readonly string[]): string => {
  const path = join(folder, name);
  if (lines !== undefined) writeFileSync(path, `\uFEFF${lines.join("\r\n")}\r\n`);
  return path;
};

const accounts = file("accounts.csv", [
  "account_id,name,website,other_domains,other_names,billing_country",
  "A1,Brennholz Lasertechnik GmbH,https://www.brennholz-laser.de,,,DE",
  'A2,"Kestrel & Vane, Instruments",kestrelvane.com,kv-instruments.io,Kestrel Optics,US',
  "A2,Twice,twice.example,,,US",
  ",Nameless,nameless.example,,,US",
  "A3,Too,few",
  ...Array.from({ length: 40 }, (_, at) => `B${at},Wexum${at} Foods Ltd,wexum${at}.example,,,GB`),
]);
const leads = file("leads.csv", [
  "lead_id,email,company,country,true_account_id,slice",
  "L1,kim@brennholz-laser.de,,DE,A1,domain",
  "L2,lou@gmail.com,Kestrel Optics,US,A2,name",
  "L3,ray@gmail.com,n/a,US,,none",
  "L1,twice@x.example,,,,none",
  'L4,"open,quote,US,,none',
]);

async function baton(...args: string[]): Promise<{ out: string[]; wrong: string[] }> {
  const { out, err } = await seen(async (cli) => {
    await createProgram(cli)
      .exitOverride()
      .parseAsync(["node", "baton", ...args]);
  });
  return { out, wrong: err };
}

test("leads are matched, and what is out of order is told by its line and left out", async () => {
  const out = file("predictions.csv");
  const said = await baton("match", "--accounts", accounts, "--leads", leads, "--out", out, "--explain");

  const [header, ...rows] = readFileSync(out, "utf8").trim().split("\r\n");
  expect(header).toBe('"lead_id","account_id","confidence","evidence","runners_up"');
  expect(rows.map((row) => row.split(",").slice(0, 2))).toEqual([
    ['"L1"', '"A1"'],
    ['"L2"', '"A2"'],
    ['"L3"', '""'],
  ]);
  expect(rows[0]).toContain("the domain is this account's alone, +");
  expect([...said.wrong].sort()).toEqual([
    `${accounts}:4: left out, account A2 is there already.`,
    `${accounts}:5: left out, it has no account_id.`,
    `${accounts}:6: left out, it has more or fewer cells than the header.`,
    `${leads}:5: left out, lead L1 is there already.`,
    `${leads}:7: left out, its quotes are not in order.`,
  ]);
  expect(said.out).toEqual([
    expect.stringMatching(/^42 accounts read in at \d+ a second, \d+ bytes each\.$/),
    expect.stringMatching(/^3 leads matched at \d+ a second; one takes /),
  ]);
});

test("rows that are not in UTF-8 are told and left out", async () => {
  const latin = file("latin.csv");
  writeFileSync(
    latin,
    Buffer.from("account_id,name,website\r\n1,M\xfcller,mueller.example\r\n2,Meier,meier.example\r\n", "latin1"),
  );
  const { out, wrong } = await baton("match", "--accounts", latin, "--leads", leads, "--out", file("o.csv"));
  expect(wrong[0]).toBe(`${latin}:2: left out, it is not in UTF-8: save the table as "CSV UTF-8".`);
  expect(out[0]).toMatch(/^1 accounts read in/);
});

test("how well it matches is told in words, and for programs", async () => {
  const { out } = await baton("match", "eval", "--accounts", accounts, "--leads", leads);
  expect(out[0]).toBe("4 leads, 2 with an account; 2 were given one, 2 the right one.");
  const json = await baton("match", "eval", "--accounts", accounts, "--leads", leads, "--json");
  expect(JSON.parse(json.out[0] ?? "")).toMatchObject({
    precision: 1,
    recall: 1,
    candidateRecall: 1,
    slices: { domain: { right: 1 } },
  });
});

test("weights are learned from labelled leads and used again", async () => {
  const many = file("many.csv", [
    "lead_id,email,company,country,true_account_id,slice",
    ...Array.from(
      { length: 40 },
      (_, at) =>
        `L${at},x@gmail.com,${at % 2 === 0 ? `Wexum${at} Foods` : `Stranger${at}`},GB,${at % 2 === 0 ? `B${at}` : ""},`,
    ),
  ]);
  const weights = file("weights.json");
  const { out } = await baton(
    "match",
    "train",
    "--accounts",
    accounts,
    "--leads",
    many,
    "--out",
    weights,
    "--folds",
    "4",
  );
  expect(out.slice(0, 2)).toEqual([
    `Weights learned from 40 leads stand in ${weights}. Each lead judged by the other 3 of 4 parts:`,
    expect.stringMatching(/^40 leads, 20 with an account; /),
  ]);
  const again = await baton("match", "eval", "--accounts", accounts, "--leads", many, "--weights", weights, "--json");
  expect(JSON.parse(again.out[0] ?? "").f1).toBeGreaterThan(0.9);
});

test.each<[string, string[], RegExp]>([
  [
    "a column that is missing",
    ["--accounts", leads, "--leads", accounts, "--out", "x.csv"],
    /leads\.csv:1: the header lacks account_id, name, website\./,
  ],
  [
    "a table with semicolons",
    ["--accounts", file("semi.csv", ["account_id;name;website", "1;A;a.example"]), "--leads", leads, "--out", "x.csv"],
    /semi\.csv:1: the columns are separated by semicolons/,
  ],
  ["a directory", ["--accounts", folder, "--leads", leads, "--out", "x.csv"], /is a directory: name the table/],
  ["one file for two things", ["--accounts", accounts, "--leads", leads, "--out", leads], /must be three files/],
  [
    "weights that are none",
    ["--accounts", accounts, "--leads", leads, "--out", "x.csv", "--weights", accounts],
    /is no JSON/,
  ],
])("%s is told", async (_, flags, words) => {
  await expect(baton("match", ...flags)).rejects.toThrow(words);
});
