import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { decideAll } from "../../src/engine/decide.ts";
import { readGoldens } from "../../src/engine/golden/read-goldens.ts";
import { runGoldens } from "../../src/engine/golden/run-goldens.ts";
import type { LeadFacts } from "../../src/engine/snapshot.ts";
import { commands } from "../../src/pipeline/commands.ts";
import type { Db } from "../../src/store/db.ts";
import { recordBatch } from "../../src/store/decisions.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { publishPolicy } from "../../src/store/policies.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { aLead, aShared, aState, someFacts } from "../builders.ts";
import { openTestDatabase } from "../store/database.ts";
import { aBatch, aDecidedLead, connectionId, now, takeLease, workspaceId } from "../store/records.ts";

let db: Db;
let shipped: string;
const record = (decisionId: string) => commands["policy-record"](db, { workspace: null, decisionId }, now);
const idOf = (leadId: string) => aDecidedLead(leadId).decisionId;

const shared = aShared();
const facts: readonly LeadFacts[] = ["101", "102", "103"].map((id) => someFacts({ lead: aLead({ id }) }));

beforeAll(async () => {
  db = await openTestDatabase();
  shipped = await readFile(new URL("../../src/policies/default.yaml", import.meta.url), "utf8");
  await ensureWorkspace(db.query, { id: workspaceId, name: "Acme", at: now });
  await db.transaction((tx) => publishPolicy(tx, { workspaceId, text: shipped, at: now }));
  const state = aState({ credits: { dach: { "rep-a": -0.5, "rep-b": 0.25, "rep-c": 0.25 } } });
  const { decisions, picks, entries } = decideAll(shared, facts, state);
  const leads = facts.map((lead, at) => {
    const decision = decisions[at];
    if (decision === undefined) throw new Error("a lead was not decided");
    return { ...aDecidedLead(lead.lead.id), facts: lead, decision };
  });
  const { policy: _policy, now: decidedAt, ...body } = shared;
  const batch = aBatch(await takeLease(db.query), leads, {
    decidedAt,
    policyVersion: 1,
    shared: { hash: "h1", body: JSON.stringify(body) },
    stateBefore: state,
    ledgerEntries: entries,
    picks,
  });
  await db.transaction((tx) => recordBatch(tx, batch));
});
afterAll(() => db.close());

test("a decision becomes a golden lead of nobody that passes, also one in the middle of its batch", async () => {
  for (const leadId of ["101", "102", "103"]) {
    const text = (await record(idOf(leadId))).join("\n");
    expect(text).not.toMatch(/jana|muster/i);
    const { goldens, problems } = readGoldens([{ path: `recorded/${leadId}.json`, text }], shipped);
    expect([problems, goldens.map(({ recorded }) => recorded)]).toEqual([[], [true]]);
    expect(runGoldens(goldens).map(({ differences }) => differences)).toEqual([[]]);
  }
});

test("what is no decision, and one whose facts were erased, are told", async () => {
  await expect(record("d-unknown")).rejects.toThrow("Acme has no decision d-unknown: explain <lead id>");
  await db.transaction((tx) => eraseLead(tx, { workspaceId, connectionId, leadId: "102", at: now }));
  await expect(record(idOf("102"))).rejects.toThrow(`The facts of decision ${idOf("102")} were erased`);
  // Those after it in its batch are what they were.
  expect(await record(idOf("103"))).toContain('  "recorded": true,');
});
