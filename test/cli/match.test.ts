import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { createProgram } from "../../src/program.ts";
import { shippedText } from "../builders.ts";
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
  expect(rows[0]).toContain("the domain is this account's alone +");
  expect([...said.wrong].sort()).toEqual([
    `${accounts}:4: left out, account A2 is there already.`,
    `${accounts}:5: left out, it has no account_id.`,
    `${accounts}:6: left out, it has more or fewer cells than the header.`,
    `${leads}:5: left out, lead L1 is there already.`,
    `${leads}:6: left out, its quotes are not in order.`,
  ]);
  expect(said.out).toEqual([
    expect.stringMatching(/^42 accounts read in at \d+ a second, \d+ bytes each\.$/),
    expect.stringMatching(/^3 leads matched at \d+ a second; one takes /),
    "2 matched automatically (from 95 % on), 0 in review (from 60 % on), 1 without an account; by how likely it is alone, the policy's second proof not counted.",
    "The table names an account for 2, from 50 % on (--threshold).",
  ]);
});

test("a quote that is never closed costs its own line, and what follows is read", async () => {
  const rows = Array.from({ length: 200 }, (_, index) => `L${index},jana@muster-maschinen.de,Muster Maschinen,DE`);
  rows.splice(3, 0, 'L900,"a@b.example,Broken,DE', 'L901,x@y.example,Pipes 5" and more,DE');
  rows.push('L902,z@y.example,"Two', 'lines, one cell",DE');
  const table = file("quotes.csv", ["lead_id,email,company,country", ...rows]);
  const out = join(folder, "quotes-out.csv");

  const said = await baton("match", "--accounts", accounts, "--leads", table, "--out", out);

  expect(readFileSync(out, "utf8").trim().split("\r\n")).toHaveLength(1 + 200 + 1);
  expect(said.wrong.filter((line) => line.includes("quotes.csv"))).toEqual([
    `${table}:5: left out, its quotes are not in order.`,
    `${table}:6: left out, its quotes are not in order.`,
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

test("what counts as automatic and as in review is the policy's", async () => {
  const policy = file("policy.yaml");
  writeFileSync(policy, shippedText.replace("automatic: 0.95", "automatic: 1").replace("review: 0.6", "review: 0.7"));
  const flags = ["--accounts", accounts, "--leads", leads, "--out", file("bands.csv"), "--policy", policy, "--json"];
  const { out } = await baton("match", ...flags);
  expect(JSON.parse(out[0] ?? "")).toMatchObject({ automatic: 0, inReview: 2, without: 1, given: 2 });
});

const mislabelled = file("mislabelled.csv", [
  "lead_id,email,company,country,true_account_id",
  "L1,kim@brennholz-laser.de,,DE, A1 ",
  "L2,lou@gmail.com,Kestrel Optics,US,A1",
  "L3,ray@gmail.com,n/a,US,A2",
  "L4,mia@brennholz-laser.de,,DE,",
  "L5,moe@gmail.com,Kestrel Optics,US,A99",
]);

test("leads that are matched wrongly are named, those that were given an account first, and no more than asked for", async () => {
  const { out } = await baton("match", "eval", "--accounts", accounts, "--leads", mislabelled);
  expect(out[0]).toBe("4 leads, 3 with an account; 3 were given one, 1 the right one.");
  const named = out.slice(out.indexOf("3 mistakes:") + 1);
  expect([...named].sort()).toEqual([
    expect.stringMatching(
      /mislabelled\.csv:3: lead L2 was given A2 Kestrel & Vane, Instruments \(0\.\d+\); it belongs to A1 Brennholz Lasertechnik GmbH\.$/,
    ),
    expect.stringMatching(
      /mislabelled\.csv:4: lead L3 was given none \(.*\); it belongs to A2 Kestrel & Vane, Instruments\.$/,
    ),
    expect.stringMatching(
      /mislabelled\.csv:5: lead L4 was given A1 Brennholz Lasertechnik GmbH \(0\.\d+\); it belongs to none\.$/,
    ),
  ]);
  expect(named.at(-1)).toContain("was given none");

  const few = await baton("match", "eval", "--accounts", accounts, "--leads", mislabelled, "--mistakes", "1");
  expect(few.out.slice(-2)).toEqual([
    "3 mistakes, here the first 1 (--mistakes all names each):",
    expect.stringMatching(/was given A/),
  ]);
  for (const [most, count] of [
    ["2", 2],
    ["all", 3],
  ] as const) {
    const flags = ["--accounts", accounts, "--leads", mislabelled, "--mistakes", most, "--json"];
    const { mistakes, mistakeCount } = JSON.parse((await baton("match", "eval", ...flags)).out[0] ?? "");
    expect([mistakes.length, mistakeCount]).toEqual([count, 3]);
    expect(mistakes).toContainEqual(expect.objectContaining({ line: 3, lead: "L2", said: "A2", true: "A1" }));
  }
});

test("a label that names no account of the table is told with its line and not judged", async () => {
  const { out, wrong } = await baton("match", "eval", "--accounts", accounts, "--leads", mislabelled, "--json");
  expect(wrong).toContain(
    `${mislabelled}: left out, 1 of 5 leads: ${accounts} lacks the account that true_account_id names: line 6 (A99).`,
  );
  expect(JSON.parse(out[0] ?? "")).toMatchObject({ leads: 4, leftOut: [{ line: 6, lead: "L5", true: "A99" }] });
  const strangers = file("strangers.csv", ["lead_id,email,company,true_account_id", "L1,a@b.example,B,A99"]);
  await expect(baton("match", "eval", "--accounts", accounts, "--leads", strangers)).rejects.toThrow(
    "holds no leads that can be judged",
  );
});

test("how well it matches is told in words, and for programs", async () => {
  const { out } = await baton("match", "eval", "--accounts", accounts, "--leads", leads);
  expect(out[0]).toBe("3 leads, 2 with an account; 2 were given one, 2 the right one.");
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
  [
    "a column that is there twice",
    [
      "--accounts",
      file("twice.csv", ["account_id,name,website,,name,", "1,A,a.example,,B,"]),
      "--leads",
      leads,
      "--out",
      "x.csv",
    ],
    /twice\.csv:1: name is the name of columns 2 and 5: rename or delete/,
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

/** Clears the screen, sets the window's title, and turns what follows around. */
const hostile = (text: string): string => `${text}\u001b[2J\u001b]0;title\u0007\u009b31m\u202e`;
/** The letters of these sequences stay: without the signs that begin them they do nothing. */
const harmless = (text: string): string => `${text} [2J ]0;title 31m`;

test("what stands in tables cannot steer the terminal that it is told on", async () => {
  const hostileAccounts = file("hostile-accounts.csv", [
    "account_id,name,website",
    `${hostile("A1")},${hostile("Brennholz")},https://www.brennholz-laser.de`,
    `${hostile("A1")},Twice,twice.example`,
    `${hostile("A2")},${hostile("Kestrel")},kestrelvane.com`,
  ]);
  const hostileLeads = file("hostile-leads.csv", [
    "lead_id,email,company,true_account_id,slice",
    `${hostile("L1")},kim@brennholz-laser.de,,${hostile("A2")},${hostile("one")}`,
    `${hostile("L1")},kim@brennholz-laser.de,,${hostile("A2")},one`,
    `L2,lou@gmail.com,n/a,${hostile("A2")},two`,
    `L3,lou@gmail.com,n/a,${hostile("A9")},two`,
  ]);
  const { out, wrong } = await baton("match", "eval", "--accounts", hostileAccounts, "--leads", hostileLeads);
  const said = [...out, ...wrong].join("\n");
  expect(said).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  for (const told of [
    `lead ${harmless("L1")} was given ${harmless("A1")} ${harmless("Brennholz")}`,
    `it belongs to ${harmless("A2")} ${harmless("Kestrel")}`,
    `account ${harmless("A1")} is there already`,
    `lead ${harmless("L1")} is there already`,
    `line 5 (${harmless("A9")})`,
    `\n${harmless("one")}`,
  ])
    expect(said).toContain(told);

  const twice = file("hostile-header.csv", [`account_id,name,website,${hostile("x")},${hostile("x")}`, "1,A,a,b,c"]);
  await expect(baton("match", "--accounts", twice, "--leads", leads, "--out", file("never.csv"))).rejects.toThrow(
    `${twice}:1: ${harmless("x")} is the name of columns 4 and 5`,
  );
});
