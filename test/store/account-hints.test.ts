import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import {
  type AccountHint,
  forgetHints,
  hintsOf,
  learnedSince,
  moveHints,
  saidOf,
  saveHints,
} from "../../src/store/account-hints.ts";
import type { Db } from "../../src/store/db.ts";
import { openTestDatabase } from "./database.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
}, 60_000);
afterAll(() => db.close());

const save = (hints: readonly AccountHint[], at: string, leadId: string | null = null) =>
  saveHints(db.query, { workspaceId: "w", connectionId: "c", hints, leadId, by: "Rita", at });
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
  const learned = await learnedSince(db.query, "c", "2026-11-20T10:30:00.000Z");
  expect(learned.map(({ accountId, at }) => [accountId, at])).toEqual([
    ["7", "2026-11-20T11:00:01.000Z"],
    ["7", "2026-11-20T11:00:01.000Z"],
  ]);
});

test("a domain of two contacts counts, whether they came together or one by one", async () => {
  const contact = (value: string): AccountHint => ({ kind: "contact", value, accountId: "9" });
  await save([contact("one.example"), contact("two.example"), contact("two.example")], "2026-11-20T12:00:00.000Z");
  expect((await hintsOf(db.query, "c", ["9"])).get("9")).toEqual([contact("two.example")]);
  await save([contact("one.example")], "2026-11-20T12:00:01.000Z");
  expect((await hintsOf(db.query, "c", ["9"])).get("9")).toEqual([contact("one.example"), contact("two.example")]);
});

test("a name or domain is one account's, an answer given anew replaces the first, and goes with the person", async () => {
  const own = (accountId: string): AccountHint => ({ kind: "domain", value: "moved.example", accountId });
  await save([own("20")], "2026-11-20T13:00:00.000Z", "lead-1");
  await save([own("21")], "2026-11-20T13:01:00.000Z", "lead-2");
  expect([...(await hintsOf(db.query, "c", ["20", "21"])).keys()]).toEqual(["21"]);
  await save([{ kind: "not", value: "domain:moved.example", accountId: "21" }], "2026-11-20T13:02:00.000Z", "lead-2");
  expect(await hintsOf(db.query, "c", ["20", "21"])).toEqual(new Map());
  expect(await said("domain:moved.example")).toEqual(["not 21"]);
  await forgetHints(db.query, { connectionId: "c", leadIds: ["lead-2"], at: "2026-11-20T13:03:00.000Z" });
  expect(await said("domain:moved.example")).toEqual([]);
});

test("accounts that were merged live on in what is known of the other", async () => {
  await save([{ kind: "is", value: "domain:merged.example", accountId: "30" }], "2026-11-20T14:00:00.000Z");
  await moveHints(db.query, "c", { from: ["30"], into: "31" });
  expect(await said("domain:merged.example")).toEqual(["is 31"]);
});

test("of two who both said what leads of one key are, the latest comes first", async () => {
  const value = "domain:twice.example";
  for (const [accountId, at] of [
    ["40", "2026-11-20T15:00:00.000Z"],
    ["41", "2026-11-20T15:02:00.000Z"],
    ["42", "2026-11-20T15:01:00.000Z"],
  ])
    await sql`
      insert into account_hints (connection_id, kind, value, account_id, workspace_id, by, at)
      values ('c', 'is', ${value}, ${accountId}, 'w', 'Rita', ${at})
    `.execute(db.query);
  expect((await saidOf(db.query, "c", [value])).map(({ accountId }) => accountId)).toEqual(["41", "42", "40"]);
});
