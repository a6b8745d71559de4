import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { answerMatch, type GivenAnswer } from "../../src/pipeline/answer-review.ts";
import { listReviews } from "../../src/pipeline/list-reviews.ts";
import { hintsOf } from "../../src/store/account-hints.ts";
import { upsertAccounts } from "../../src/store/accounts.ts";
import { linkConnection } from "../../src/store/connections.ts";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { askReviews } from "../../src/store/match-reviews.ts";
import { upsertReps } from "../../src/store/reps.ts";
import { anAccount, aRep } from "../builders.ts";
import { openTestDatabase } from "../store/database.ts";
import { aBatch, aConnection, aDecidedLead, connectionId, now, takeLease, workspaceId } from "../store/records.ts";

let db: Db;
beforeAll(async () => {
  db = await openTestDatabase();
  await linkConnection(db.query, aConnection(), now);
  const accounts = [
    anAccount({
      id: "7",
      name: "Kestrel Ltd",
      domains: ["kestrel.example"],
      country: "DK",
      city: "Aarhus",
      ownerId: "101",
      isCustomer: true,
    }),
    anAccount({ id: "8", name: "Kestrel Gauges", domains: [], country: "SE", ownerId: null }),
  ];
  const reading = { workspaceId, connectionId, readAt: now, at: now };
  await db.transaction((tx) => upsertAccounts(tx, { ...reading, accounts }));
  const reps = [{ rep: aRep({ id: "101", name: "Anna Weber" }), email: null }];
  await upsertReps(db.query, { workspaceId, connectionId, reps, at: now });
}, 60_000);
afterAll(() => db.close());

/** Of each test another lead is in question. */
let leadId = "0";
beforeEach(async () => {
  leadId = String(Number(leadId) + 1);
  await ask(leadId, `kestrel-${leadId}.example`);
});

async function ask(id: string, domain: string): Promise<void> {
  const lead = aDecidedLead(id);
  const email = `kim@${domain}`;
  const fields = { email, firstName: "Kim", lastName: "Ray", company: "Kestrel", city: "Aarhus", country: "Denmark" };
  const facts = {
    ...lead.facts,
    lead: { ...lead.facts.lead, fields },
    suggested: {
      accountId: "7",
      name: "Kestrel",
      confidence: 0.8,
      points: [["whole", 3.1] as const],
      rivals: [
        { accountId: "8", because: "less-likely", confidence: 0.12 },
        { accountId: "9", because: "less-likely", confidence: 0.02 },
      ],
    },
  };
  const lease = await takeLease(db.query);
  await db.transaction((tx) => recordBatch(tx, aBatch(lease, [{ ...lead, facts }], { batchId: `b${id}` })));
  const { decisionId } = lead;
  const asked = [{ leadId: id, decisionId, qualifiedAt: now, accountId: "7" }];
  await db.transaction((tx) => askReviews(tx, { workspaceId, connectionId, leads: asked, at: now }));
}

const answer = (given: Partial<GivenAnswer>) =>
  answerMatch(db, { workspaceId: null, leadId, answer: "yes", by: "Rita", at: now, replaces: false, ...given });
const taught = async () =>
  [...(await hintsOf(db.query, connectionId, ["7", "8"])).values()]
    .flat()
    .filter(({ value }) => value === `kestrel-${leadId}.example`)
    .map(({ accountId }) => accountId);

test("the list tells of the lead and of each account what tells companies apart, and where they stand in the CRM", async () => {
  const records = "https://app.hubspot.com/contacts/62515/record";
  expect(await listReviews(db.query, null, "2026-11-20T12:00:00.000Z")).toEqual([
    `Lead 1, asked 2 hours ago: ${records}/0-1/1`,
    "  The lead: Kim Ray, kim@kestrel-1.example; company Kestrel; no website; place Aarhus, Denmark",
    `  Is it account 7, 80 % likely: Kestrel Ltd; website kestrel.example; place Aarhus, DK; a customer; owner Anna Weber; ${records}/0-2/7`,
    "    For it: the whole name +3.1.",
    `  Or account 8 (less likely, 12 %): Kestrel Gauges; no website; place SE; no owner; ${records}/0-2/8`,
    "  Or account 9 (less likely, 2 %): it is not in the CRM any more",
    "  Answer: npm run baton -- review yes|no 1 --by NAME, or review other 1 ACCOUNT --by NAME",
    "  Your answer counts for all leads of the domain kestrel-1.example.",
  ]);
});

test("an answer that says otherwise is refused with who said what and when, until it is to replace that one", async () => {
  await answer({});
  await expect(answer({ answer: { accountId: "8" }, by: "Sven" })).rejects.toThrow(
    `Rita said on Fri 20 Nov 2026, 11:00:00 (Europe/Berlin) that it belongs to account 7, of lead ${leadId}. To overwrite that, give your answer again with --replace.`,
  );
  expect(await taught()).toEqual(["7"]);

  expect(await answer({ answer: { accountId: "8" }, by: "Sven", replaces: true })).toEqual([
    `From now on leads of the domain kestrel-${leadId}.example belong to account 8, not to account 7. Lead ${leadId} itself stays where it is.`,
    "Replaced: Rita said on Fri 20 Nov 2026, 11:00:00 (Europe/Berlin) that it belongs to account 7.",
  ]);
  expect(await taught()).toEqual(["8"]);
  await expect(answer({ answer: "no" })).rejects.toThrow("Sven said on");
});

test("the same answer again changes nothing, however it is worded", async () => {
  await answer({});
  for (const same of ["yes" as const, { accountId: "7" }])
    expect(await answer({ answer: same, by: "Sven", at: "2026-11-20T12:00:00.000Z" })).toEqual([
      "Rita said on Fri 20 Nov 2026, 11:00:00 (Europe/Berlin) that it belongs to account 7: nothing changes.",
    ]);
});

// PGlite runs one transaction after the other: that they wait for each other is proven on PostgreSQL alone.
test("of many who answer at once one is heard, and the others hear of it", async () => {
  const answers = ["yes", "no", { accountId: "8" }] as const;
  const given = answers.map((each, at) => answer({ answer: each, by: `Reviewer ${at}` }));
  const ended = await Promise.allSettled(given);

  expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const winner = ended.findIndex(({ status }) => status === "fulfilled");
  for (const each of ended)
    if (each.status === "rejected") expect(each.reason.message).toMatch(new RegExp(`^Reviewer ${winner} said on `));
  expect(await taught()).toEqual([["7"], [], ["8"]][winner]);
});

test("what another lead like it taught and this answer ends is told", async () => {
  await answer({});
  await ask("twin", `kestrel-${leadId}.example`);
  const told = `Overruled: Rita said on Fri 20 Nov 2026, 11:00:00 (Europe/Berlin) of lead ${leadId} and leads like it that they belong to account 7.`;
  expect((await answer({ leadId: "twin", answer: { accountId: "8" }, by: "Sven" })).at(-1)).toBe(told);
  expect(await taught()).toEqual(["8"]);
  expect(await answer({ leadId: "twin", by: "Sven", replaces: true })).not.toContain(told);
});

// As above: on PGlite the second begins when the first has ended.
test("of two who answer at once about two leads of one domain the second hears of the first", async () => {
  await ask("pair", `kestrel-${leadId}.example`);
  const told = await bothAtOnce(() => [
    answer({ by: "Rita" }),
    answer({ leadId: "pair", answer: { accountId: "8" }, by: "Sven" }),
  ]);
  const overrules = told.map((lines) => lines.some((line) => line.startsWith("Overruled: ")));
  expect([...overrules].sort()).toEqual([false, true]);
  expect(await taught()).toEqual([["7", "8"][overrules.indexOf(true)]]);
});

/** Nobody can store what was learned before both are under way. */
async function bothAtOnce(begin: () => Promise<string[]>[]): Promise<string[][]> {
  if (db.kind === "pglite") return Promise.all(begin());
  const told = await db.transaction(async (tx) => {
    await sql`lock table account_hints in share mode`.execute(tx);
    const answers = Promise.all(begin());
    for (let waiting = 0; waiting < 2; ) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from pg_locks l join pg_database d on d.oid = l.database
        where not l.granted and d.datname = current_database()
      `.execute(tx);
      waiting = rows[0]?.count ?? 0;
    }
    return { answers };
  });
  return told.answers;
}
