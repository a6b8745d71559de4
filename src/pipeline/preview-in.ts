import { crmTitles } from "../crm/account-name.ts";
import type { CrmClient } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { policyInCrm } from "../engine/policy-in-crm.ts";
import { previewLines } from "../engine/preview.ts";
import { isQualified } from "../engine/qualify.ts";
import type { LeadFacts, Shared, State } from "../engine/snapshot.ts";
import type { Connection } from "../model/connection.ts";
import type { Lead } from "../model/lead.ts";
import type { Db, Tx } from "../store/db.ts";
import { type LeadRow, readLeads } from "../store/leads.ts";
import { lockFacts } from "./decide-fresh.ts";
import { gatherFacts } from "./facts.ts";
import { fillIndex } from "./fill-index.ts";
import { openReading } from "./open-reading.ts";
import { clientOfPeople } from "./people-client.ts";
import { loadRoster } from "./sync-reps.ts";
import type { Head } from "./workspace.ts";

export type Wanted = { workspaceId: string; leadId: string; policy: Policy; policyVersion: number };

/** As `previewLead`, in one CRM; null: it has no such lead. `leadId` is the CRM's. */
export async function previewIn(deps: Deps, connection: Connection, wanted: Wanted): Promise<string[] | null> {
  const { leadId, policyVersion } = wanted;
  const policy = policyInCrm(wanted.policy, connection.crm);
  const reading = await openReading(deps, connection, policy);
  const { people, roster } = await loadRoster(deps, connection, policy);
  const spoken = clientOfPeople(reading.client, connection.id, () => people);
  let isAsIf = false;
  const asIfQualified = (lead: Lead): Lead => {
    if (isQualified(policy, { lead, trigger: { ...trigger, qualifiedAt: lead.qualifiedAt ?? now } })) return lead;
    isAsIf = true;
    return { ...lead, qualifiedAt: now, fields: { ...lead.fields, stage: policy.qualifyingStage } };
  };
  const now = deps.now().toISOString();
  const client: CrmClient = {
    ...spoken,
    readLeads: async (...args) => (await spoken.readLeads(...args)).map(asIfQualified),
  };
  try {
    await fillIndex(deps, connection, policy);
    const known = await readLeads(deps.db.query, connection.id, [leadId]);
    const link = { connection, client, roster, people };
    const workspace = { readPolicy: async () => ({ policy, version: policyVersion }) };
    const heads: Head[] = [{ ...headOf(leadId, now), known: known.get(leadId) ?? null }];
    const { shared, ready } = await gatherFacts(deps, workspace, link, { heads, isPreview: true });
    const [first] = ready;
    if (first === undefined) return null;
    const { facts, state } = await snapshotOf(deps.db, { connection, shared, known, facts: first.facts });
    const note = `It is not in the stage ${policy.qualifyingStage} now: this is what would become of it if it entered it.`;
    return [...(isAsIf ? [note] : []), ...previewLines(shared, facts, state, crmTitles())];
  } finally {
    await reading.close();
  }
}

const trigger = { round: 0, cause: "qualified", breachedBy: [] } as const;

const headOf = (leadId: string, now: string): Head => ({
  ...trigger,
  leadId,
  priority: 1,
  receivedAt: now,
  rows: [],
  late: [],
  qualifiedAt: now,
  isRestored: false,
  history: {},
  known: null,
  attempts: 0,
  faults: 0,
  atMost: 1,
});

type About = { connection: Connection; shared: Shared; known: ReadonlyMap<string, LeadRow>; facts: LeadFacts };

/** As a batch would find it; the transaction that reads it is undone, with the empty ledgers that it makes for new pools. */
async function snapshotOf(
  db: Db,
  { connection, shared, known, facts }: About,
): Promise<{ facts: LeadFacts; state: State }> {
  let found = { facts, state: { credits: {}, load: {} } as State };
  const undone = new Error("Nothing is to be kept.");
  const read = async (tx: Tx): Promise<never> => {
    const { ready, stateBefore } = await lockFacts(tx, { connection }, { shared, known, fresh: [{ facts }] });
    found = { facts: ready[0]?.facts ?? facts, state: stateBefore };
    throw undone;
  };
  await db.transaction(read).catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return found;
}
