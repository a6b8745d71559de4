import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { explainLead } from "../../src/pipeline/explain-lead.ts";
import { listAlerts } from "../../src/pipeline/list-alerts.ts";
import { parseSeed, seedPortal } from "../../src/sandbox/hubspot/seed.ts";
import { type Journey, startJourney } from "../journeys/world.ts";
import { delivery } from "./request.ts";

/** A portal whose records may hold what no form of today would take, and Baton installed in it. */
export type OddPortal = Journey & {
  /** A contact with these properties, whatever they are: it came before today's checks, or through an import. */
  odd(properties: Record<string, string>): string;
  /** Sets them afterwards, unseen by any webhook. */
  hold(contactId: string, properties: Record<string, string>): void;
  /** The same, and it becomes MQL. */
  qualifyOdd(properties: Record<string, string>): string;
  /** Events that HubSpot signs, whatever they say. */
  deliver(...events: readonly object[]): Promise<void>;
  /** What became of a contact. */
  endingOf(contactId: string): Promise<Ending>;
};

export type Ending = {
  /** `decided`, or what its last event ended as, with the reason. */
  end: string;
  owner: string;
  /** As it stands on the contact. */
  reason: string;
  decisions: number;
  tasks: number;
  clocks: number;
  /** All that `baton explain` says. */
  told: string;
};

const owner = (id: string, teams: readonly string[]) => ({
  id,
  userId: Number(id) + 9_000,
  email: `rep${id}@acme-robotics.example`,
  firstName: "Rep",
  lastName: id,
  teams: teams.map((team, index) => ({ id: team, primary: index === 0 })),
});

const company = (id: string, properties: Record<string, string>, more: readonly object[] = []) => ({
  id,
  properties: { name: `Company ${id}`, country: "Germany", ...properties },
  associations: more,
});

/** Beside test/journeys/seed.ts: a rep for North America, an enterprise specialist, and odd companies. */
const more = {
  teams: [
    { id: "4", name: "North America Sales" },
    { id: "5", name: "Enterprise Sales" },
  ],
  owners: [owner("501", ["4"]), owner("601", ["1", "5"])],
  companies: [
    company("6001", { domain: "xn--bcher-kva.example", hubspot_owner_id: "102" }),
    company("6002", { domain: "müller.example", hubspot_owner_id: "102" }),
    company("6003", { domain: "gmail.com", hubspot_owner_id: "102" }),
    company("6004", { domain: "trailing.example.", hubspot_owner_id: "102" }),
    company("6005", { hubspot_owner_id: "102" }),
    company("6006", { domain: "twin.example" }),
    company("6007", { domain: "twin.example", hubspot_owner_id: "102" }),
    company("6008", { domain: "ouroboros.example", hubspot_owner_id: "102", hs_parent_company_id: "6008" }),
    company("6009", { domain: "shrunk.example", numberofemployees: "-5", annualrevenue: "-5000000" }),
    company("6010", { domain: "linkedin.com", hubspot_owner_id: "102" }),
    company("6011", { domain: "unicorn.example", hubspot_owner_id: "102", name: "\ud83e🏭\u0000" }),
  ],
};

const bigRevenue =
  "- { tier: T2, because: big-revenue, when: { field: lead.crm.annualrevenue, operator: gte, value: 1000000 } }";

/** `capacity`: how many leads each rep takes. */
export async function startOddPortal({ capacity = 30 } = {}): Promise<OddPortal> {
  const shipped = await readFile(join(import.meta.dirname, "../../src/policies/default.yaml"), "utf8");
  const journey = await startJourney({
    policyText: shipped
      .replace("tiers:\n", `tiers:\n  ${bigRevenue}\n`)
      .replace("capacity: 30", `capacity: ${capacity}`)
      .replace(/caps: \{.*?\}/, "caps: {}"),
    prepare: (portal) => seedPortal(portal, parseSeed(more)),
  });
  const { portal } = journey;
  const hold: OddPortal["hold"] = (id, properties) => {
    for (const [name, value] of Object.entries(properties))
      portal.records.get("0-1")?.get(id)?.properties.set(name, value);
  };
  const odd: OddPortal["odd"] = (properties) => {
    const id = journey.create({});
    hold(id, properties);
    return id;
  };
  return {
    ...journey,
    hold,
    odd,
    qualifyOdd(properties) {
      const id = odd(properties);
      journey.toStage(id, "marketingqualifiedlead");
      return id;
    },
    deliver: (...events) => deliver(journey, events),
    endingOf: (id) => endingOf(journey, id),
  };
}

async function deliver({ app, clock }: Journey, events: readonly object[]): Promise<void> {
  const uri = `${app.url}/hubspot/webhooks`;
  const body = JSON.stringify(events);
  const timestamp = String(clock.now());
  const { headers } = delivery({ body, signed: { uri, secret: "secret", timestamp } });
  const { status } = await fetch(uri, { method: "POST", body, headers: headers.map((header) => [...header]) });
  if (status !== 204) throw new Error(`The delivery was answered with ${status}.`);
}

async function endingOf(journey: Journey, leadId: string): Promise<Ending> {
  const { query } = journey.app.deps.db;
  const decisions = await query.selectFrom("decisions").select("id").where("leadId", "=", leadId).execute();
  const timers = await query
    .selectFrom("timers")
    .select("id")
    .where("leadId", "=", leadId)
    .where("state", "=", "armed")
    .execute();
  return {
    end: decisions.length > 0 ? "decided" : await lastEnd(journey, leadId),
    owner: journey.property("0-1", leadId, "hubspot_owner_id"),
    reason: journey.property("0-1", leadId, "baton_reason"),
    decisions: decisions.length,
    tasks: journey.tasksOf(leadId).length,
    clocks: timers.length,
    told: (await explainLead(journey.app.deps, leadId)).join("\n"),
  };
}

async function lastEnd({ app }: Journey, leadId: string): Promise<string> {
  const rows = await app.deps.db.query
    .selectFrom("inbox")
    .select(["state", "because"])
    .where("subjectId", "=", leadId)
    .orderBy("receivedAt", "desc")
    .execute();
  return rows.map(({ state, because }) => `${state}: ${because}`).join("; ") || "nothing";
}

/** Everything that waits for a person, as `baton alerts` prints it. */
export const alertsOf = async ({ app }: Journey): Promise<string> =>
  (await listAlerts(app.deps.db.query, 100)).join("\n");
