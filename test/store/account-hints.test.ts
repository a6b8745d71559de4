import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type AccountHint, hintsOf, learnedSince, saidOf, saveHints } from "../../src/store/account-hints.ts";
import type { Db } from "../../src/store/db.ts";
import { openTestDatabase } from "./database.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
}, 60_000);
afterAll(() => db.close());

const save = (hints: readonly AccountHint[], at: string) =>
  saveHints(db.query, { workspaceId: "w", connectionId: "c", hints, by: "Rita", at });
const said = async (key: string) =>
  (await saidOf(db.query, "c", [key])).map(({ kind, accountId }) => `${kind} ${accountId}`).sort();

test("of what reviewers said of leads with one key the last counts", async () => {
  const key = "domain:acme.example";
  await save([{ kind: "is", value: key, accountId: "1" }], "2026-11-20T10:00:00.000Z");
  await save([{ kind: "not", value: key, accountId: "2" }], "2026-11-20T10:01:00.000Z");
  expect(await said(key)).toEqual(["is 1", "not 2"]);

  // They belong to another after all, and so no more to the first.
  await save([{ kind: "is", value: key, accountId: "2" }], "2026-11-20T10:02:00.000Z");
  expect(await said(key)).toEqual(["is 2"]);
  await save([{ kind: "not", value: key, accountId: "2" }], "2026-11-20T10:03:00.000Z");
  expect(await said(key)).toEqual(["not 2"]);
  expect(await said("domain:other.example")).toEqual([]);
});

test("names and domains are known by account, and what was learned lately by when", async () => {
  const hints: AccountHint[] = [
    { kind: "name", value: "Acme Labs", accountId: "7" },
    { kind: "domain", value: "acme-labs.example", accountId: "7" },
  ];
  await save(hints, "2026-11-20T11:00:00.000Z");
  await save(hints, "2026-11-20T11:00:01.000Z");

  expect((await hintsOf(db.query, "c", ["7", "8"])).get("7")).toEqual([...hints].reverse());
  expect(await learnedSince(db.query, "c", "2026-11-20T10:30:00.000Z")).toEqual({
    accountIds: ["7"],
    last: "2026-11-20T11:00:01.000Z",
  });
  expect(await learnedSince(db.query, "c", "2026-11-20T11:00:01.000Z")).toBeNull();
});

test("a domain of two contacts counts, whether they came together or one by one", async () => {
  const contact = (value: string): AccountHint => ({ kind: "contact", value, accountId: "9" });
  await save([contact("one.example"), contact("two.example"), contact("two.example")], "2026-11-20T12:00:00.000Z");
  expect((await hintsOf(db.query, "c", ["9"])).get("9")).toEqual([contact("two.example")]);
  await save([contact("one.example")], "2026-11-20T12:00:01.000Z");
  expect((await hintsOf(db.query, "c", ["9"])).get("9")).toEqual([contact("one.example"), contact("two.example")]);
});
