import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type AccountIndex, createAccountIndex } from "../../src/account-index/account-index.ts";
import { loadMailDomains } from "../../src/data/mail-domains.ts";
import type { AccountEntry, LeadEntry } from "../../src/engine/match/entries.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import { aLeadEntry, anAccountEntry } from "../match-entries.ts";

const asOf = "2026-11-20T10:00:00.000Z";
const fillOptions = (expected: number) => ({ expected, asOf, readAs: "[]" });

const anEntry = (id: string, parts: Partial<AccountEntry> = {}): AccountEntry =>
  anAccountEntry(id, { name: `Zurax${id} Belvonta`, website: `zurax${id}.example`, ...parts });
const entries = (count: number, from = 0) => Array.from({ length: count }, (_, at) => anEntry(String(from + at)));
const lead = (domain: string): LeadEntry => aLeadEntry({ email: `kim@${domain}` });

let directory: string;
const open: AccountIndex[] = [];
const warnings: string[] = [];
let time = 0;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "baton-index-"));
  warnings.length = 0;
});
afterEach(async () => {
  for (const index of open.splice(0)) await index.close();
  await rm(directory, { recursive: true, force: true });
});

function anIndex(parts: { mostBytes?: number; madeBy?: string; threadFrom?: number } = {}): AccountIndex {
  const index = createAccountIndex({
    classes: loadMailDomains(),
    weights: shippedWeights,
    log: { warn: (about: unknown) => void warnings.push(JSON.stringify(about)) } as never,
    monotonic: () => {
      time += 1;
      return time;
    },
    ...{ mostBytes: 1e9, threadFrom: 100, directory, madeBy: "1", ...parts },
  });
  open.push(index);
  return index;
}

async function fill(index: AccountIndex, id: string, accounts: readonly AccountEntry[]): Promise<void> {
  const filling = index.fill(id, fillOptions(accounts.length));
  for (let from = 0; from < accounts.length; from += 50) await filling.add(accounts.slice(from, from + 50));
  await filling.seal();
}

const found = async (index: AccountIndex, id: string, domain: string) =>
  (await index.match(id, [lead(domain)]))?.[0]?.best?.accountId ?? null;

test.each([
  ["few accounts, beside what else this thread does", 60],
  ["many, in a thread of their own", 200],
])("%s: cold until they are all there, then found, and changes by whatever is asked after them", async (_, count) => {
  const index = anIndex();
  const filling = index.fill("c", fillOptions(count));
  await filling.add(entries(count));
  expect([index.state("c", "[]"), await index.match("c", [lead("zurax7.example")])]).toEqual(["cold", null]);
  index.change("c", { put: [anEntry("new")], gone: ["9"] });
  await filling.seal();

  expect(index.state("c", "[]")).toBe("warm");
  expect(await found(index, "c", "zurax7.example")).toBe("7");
  expect(await found(index, "c", "zuraxnew.example")).toBe("new");
  expect(await found(index, "c", "zurax9.example")).not.toBe("9");
  index.change("c", { put: [anEntry("7", { website: "moved.example" })], gone: [] });
  expect(await found(index, "c", "moved.example")).toBe("7");
});

test("while a new edition is made the present one answers, and what changes is in both", async () => {
  const index = anIndex();
  await fill(index, "c", entries(200));
  const filling = index.fill("c", fillOptions(200));
  await filling.add(entries(200));
  index.change("c", { put: [anEntry("new")], gone: [] });
  expect(await found(index, "c", "zuraxnew.example")).toBe("new");
  await filling.seal();
  expect(await found(index, "c", "zuraxnew.example")).toBe("new");
});

test("connections do not see each other's accounts", async () => {
  const index = anIndex();
  await fill(index, "a", entries(120));
  await fill(index, "b", entries(120, 1_000));
  expect(await found(index, "a", "zurax1005.example")).toBeNull();
  expect(await found(index, "b", "zurax1005.example")).toBe("1005");
});

test("so much changed that a new edition is due", async () => {
  const index = anIndex();
  await fill(index, "c", entries(200));
  index.change("c", { put: entries(1_001, 5_000), gone: [] });
  expect(index.state("c", "[]")).toBe("stale");
  expect(await found(index, "c", "zurax5100.example")).toBe("5100");
});

test("past the limit the one asked longest ago goes, until somebody wants it again", async () => {
  const index = anIndex({ mostBytes: 200_000, threadFrom: 1_000 });
  await fill(index, "a", entries(400));
  await fill(index, "b", entries(400));
  await found(index, "a", "zurax1.example");
  await fill(index, "c", entries(400));
  const states = ["a", "b", "c"].map((id) => index.state(id, "[]"));
  expect(states.at(-1)).toBe("warm");
  expect(states).toContain("evicted");
  const gone = index.state("b", "[]") === "evicted" ? "b" : "a";
  expect(gone).toBe("b");
  expect(await index.match(gone, [lead("zurax1.example")])).toBeNull();
  expect(index.state(gone, "[]")).toBe("cold");
});

test("what changes beside an edition counts for the limit, too", async () => {
  const index = anIndex({ mostBytes: 300_000, threadFrom: 1_000 });
  await fill(index, "a", entries(400));
  await fill(index, "b", entries(400));
  expect([index.state("a", "[]"), index.state("b", "[]")]).toEqual(["warm", "warm"]);
  index.change("b", { put: entries(400, 1_000), gone: [] });
  expect(await found(index, "b", "zurax1200.example")).toBe("1200");
  expect([index.state("a", "[]"), index.state("b", "[]")]).toEqual(["evicted", "warm"]);
});

test("an edition that was kept is there at once, and takes what changed since", async () => {
  await fill(anIndex(), "c/1", entries(200));
  const index = anIndex();
  const kept = await index.restore("c/1", { readAs: "[]" });
  expect(kept?.asOf).toBe(asOf);
  expect(index.state("c/1", "[]")).toBe("cold");
  index.change("c/1", { put: [anEntry("new")], gone: ["9"] });
  await kept?.seal(200);
  expect(index.state("c/1", "[]")).toBe("warm");
  expect(await found(index, "c/1", "zuraxnew.example")).toBe("new");
  expect(await found(index, "c/1", "zurax7.example")).toBe("7");
  expect(warnings).toEqual([]);
});

test("one that has another number of accounts than there are is due to be made anew", async () => {
  await fill(anIndex(), "c", entries(200));
  const index = anIndex();
  const kept = await index.restore("c", { readAs: "[]" });
  await kept?.seal(199);
  expect(index.state("c", "[]")).toBe("stale");
});

test("only the latest is kept, and none is used that was read otherwise, by another program, or is damaged", async () => {
  const index = anIndex();
  await fill(index, "c", entries(200));
  await fill(index, "c", entries(201));
  const [name = "", ...others] = await readdir(directory);
  expect(others).toEqual([]);
  expect(await index.restore("other", { readAs: "[]" })).toBeNull();
  expect(warnings).toEqual([]);

  const path = join(directory, name);
  const bytes = await readFile(path);
  for (const [restored, because] of [
    [() => anIndex().restore("c", { readAs: '["also"]' }), "other-version"],
    [() => anIndex({ madeBy: "2" }).restore("c", { readAs: "[]" }), "other-version"],
    [
      async () => {
        await writeFile(
          path,
          Buffer.concat([bytes.subarray(0, 5_000), Buffer.from([bytes[5_000] === 7 ? 8 : 7]), bytes.subarray(5_001)]),
        );
        return anIndex().restore("c", { readAs: "[]" });
      },
      "damaged",
    ],
    [
      async () => {
        await writeFile(path, bytes.subarray(0, bytes.length / 2));
        return anIndex().restore("c", { readAs: "[]" });
      },
      "incomplete",
    ],
  ] as const) {
    await writeFile(path, bytes);
    expect(await restored()).toBeNull();
    expect(warnings.splice(0).join()).toContain(because);
    expect(await readdir(directory)).toEqual([]);
  }
});

test("a place that cannot be written to costs no lead", async () => {
  const file = join(directory, "file");
  await writeFile(file, "");
  const index = anIndex();
  directory = file;
  const blocked = anIndex();
  await fill(blocked, "c", entries(200));
  expect(await found(blocked, "c", "zurax7.example")).toBe("7");
  expect(warnings.join()).toMatch(/because/);
  await index.close();
});

test("closed, it answers nobody", async () => {
  const index = anIndex();
  await fill(index, "c", entries(200));
  const asked = index.match("c", [lead("zurax7.example")]);
  await index.close();
  expect([null, "7"]).toContain((await asked)?.[0]?.best?.accountId ?? null);
  expect(await index.match("c", [lead("zurax7.example")])).toBeNull();
});

test("a book that has to go while it is filled again takes nothing of the new edition with it", async () => {
  for (const threadFrom of [1_000, 100]) {
    const index = anIndex({ mostBytes: 200_000, threadFrom });
    await fill(index, "a", entries(300));
    const filling = index.fill("a", fillOptions(300));
    await filling.add(entries(150));
    index.change("a", { put: [anEntry("new")], gone: ["7"] });
    await fill(index, "b", entries(400));
    await fill(index, "c", entries(400));
    await filling.add(entries(150, 150));
    await filling.seal();
    const answers = [await found(index, "a", "zurax1.example"), await found(index, "a", "zurax200.example")];
    expect([...answers, await found(index, "a", "zuraxnew.example")]).toEqual(["1", "200", "new"]);
    expect(await found(index, "a", "zurax7.example")).not.toBe("7");
  }
});

test("of two fillings of a connection the later counts, and the earlier says so", async () => {
  const index = anIndex();
  const first = index.fill("c", fillOptions(200));
  await first.add(entries(100));
  const second = index.fill("c", fillOptions(200));
  await second.add(entries(200));
  await expect(first.seal()).rejects.toThrow("made anew");
  await second.seal();
  expect(await found(index, "c", "zurax150.example")).toBe("150");
});

test("what runs already for a connection is not begun again", async () => {
  const index = anIndex();
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const run = () => {
    begun += 1;
    return gate.promise;
  };
  const both = [index.once("c", run), index.once("c", run)];
  await index.once("other", async () => undefined);
  gate.resolve();
  await Promise.all(both);
  expect(begun).toBe(1);
  await index.once("c", run);
  expect(begun).toBe(2);
});

test("a filling that is abandoned leaves what was there, and can be begun anew", async () => {
  const index = anIndex();
  await fill(index, "c", entries(200));
  const failed = index.fill("c", fillOptions(200));
  await failed.add(entries(10));
  await failed.abandon();
  await expect(failed.seal()).rejects.toThrow();
  expect(await found(index, "c", "zurax150.example")).toBe("150");
  await fill(index, "c", entries(201));
  expect(await found(index, "c", "zurax200.example")).toBe("200");
});

test("accounts that are read otherwise now make a book stale; forgotten, a connection is cold", async () => {
  const index = anIndex();
  await fill(index, "c", entries(200));
  expect(index.state("c", '["also_known_as"]')).toBe("stale");
  index.forget("c");
  expect([index.state("c", "[]"), await index.match("c", [lead("zurax7.example")])]).toEqual(["cold", null]);
});

test("what is kept of a connection goes with it, at once or at the next start", async () => {
  const index = anIndex();
  for (const id of ["c/1", "c", "d"]) await fill(index, id, entries(200));
  await writeFile(join(directory, `e.${Date.parse(asOf)}.accounts.part`), "");
  await writeFile(join(directory, "notes.txt"), "");
  await writeFile(join(directory, "%zz.1.accounts"), "");
  const late = index.fill("c", fillOptions(200));
  await late.add(entries(200));
  index.remove("c");
  await expect(late.seal()).rejects.toThrow();
  expect([index.state("c", "[]"), index.state("c/1", "[]")]).toEqual(["cold", "warm"]);
  expect((await readdir(directory)).map((name) => name.split(".")[0]).sort()).toEqual([
    "%zz",
    "c%2F1",
    "d",
    "e",
    "notes",
  ]);

  anIndex().keepOnly(["c/1", "new"]);
  expect((await readdir(directory)).map((name) => name.split(".")[0]).sort()).toEqual(["c%2F1", "notes"]);
  await rm(directory, { recursive: true });
  anIndex().keepOnly([]);
  expect(warnings).toEqual([]);
});

test("a connection that goes while its edition is being written leaves nothing on the disk", async () => {
  const index = anIndex();
  const late = index.fill("c", fillOptions(200));
  await late.add(entries(200));
  const sealed = late.seal();
  // By now the maker has been asked to hand it over.
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  index.remove("c");
  await expect(sealed).rejects.toThrow();
  expect(await readdir(directory)).toEqual([]);
});

test("an edition that cannot be read is none, and is told", async () => {
  await mkdir(join(directory, `c.${Date.parse(asOf)}.accounts`));
  expect(await anIndex().restore("c", { readAs: "[]" })).toBeNull();
  expect(warnings.join()).toContain("EISDIR");
});

test.each([
  60, 200,
])("of %i accounts, a book that fails is told of and made anew, and the lead is not held up", async (count) => {
  const index = anIndex();
  await fill(index, "c", entries(count));
  // Nothing of the kind can come out of our tables; whatever does must not stay hidden.
  const broken = { id: "x", name: "Broken" } as AccountEntry;
  index.change("c", { put: [broken], gone: [] });
  expect(await index.match("c", [lead("zurax7.example")])).toBeNull();
  expect(warnings.join()).toContain('"connectionId":"c"');
  expect(index.state("c", "[]")).toBe("cold");
  await fill(index, "c", entries(count));
  expect(await found(index, "c", "zurax7.example")).toBe("7");
});
