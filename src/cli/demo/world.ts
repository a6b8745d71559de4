import { createRandom } from "../../sandbox/create-random.ts";
import type { Portal, Source } from "../../sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../sandbox/hubspot/records.ts";
import { type Seed, type SeedRecord, seedPortal } from "../../sandbox/hubspot/seed.ts";
import { companies, companyRecords } from "./companies.ts";
import { createKinds, type DemoLead, makeLead } from "./leads.ts";
import { seedPeople } from "./reps.ts";

/** All that the portal holds before the first lead turns MQL. */
export type World = {
  seed: Seed;
  /** Contacts that turn MQL, in this order. */
  leadIds: readonly string[];
  /** Contacts whom a person gave to an owner lately. */
  given: readonly { leadId: string; ownerId: string }[];
  /** What the reader should know of the data; empty for the seeded world. */
  notes: readonly string[];
  /** One more contact after those, for as long as the demo goes on. */
  nextLead(): SeedRecord & { id: string };
};

/** The same seed and start give the same world. */
export function makeWorld(options: { seed: number; leads: number; startAt: number }): World {
  const { leads: count, startAt } = options;
  const random = createRandom(options.seed);
  const list = companies();
  const nextKind = createKinds(random);
  let made = 0;
  const next = (): DemoLead => makeLead(made++, nextKind(), { list, random, startAt });
  const leads = Array.from({ length: count }, next);
  return {
    seed: seedOf({ ...companyRecords(list, startAt), contacts: leads.map(({ record }) => record) }, startAt),
    leadIds: leads.map(({ record }) => record.id),
    given: leads.flatMap(({ record, givenTo }) => (givenTo === null ? [] : [{ leadId: record.id, ownerId: givenTo }])),
    notes: [],
    nextLead: () => next().record,
  };
}

/** A seed of these records with the demo's people and the properties that the shipped policy can read. */
export function seedOf(records: Record<string, SeedRecord[]>, startAt: number): Seed {
  const { users, ...people } = seedPeople(startAt);
  return {
    // Somebody who left still stands on records: from before they left.
    settings: { archivedOwnerWrites: "accept" },
    ...people,
    lifecycleStages: [],
    pipelines: [],
    groups: [],
    properties: [
      {
        objectType: "contacts",
        name: "baton_do_not_route",
        label: "Do not route",
        type: "enumeration",
        fieldType: "booleancheckbox",
        groupName: "contactinformation",
        options: [
          { label: "Yes", value: "true" },
          { label: "No", value: "false" },
        ],
      },
    ],
    records: { users, ...records },
  };
}

const dayMs = 86_400_000;

/** Fills the portal. Nobody is told: this is how it was before Baton came. */
export function fillPortal(portal: Portal, world: World): void {
  const options = portal.properties.get("0-2")?.get("type")?.options;
  options?.push({ label: "Competitor", value: "COMPETITOR", displayOrder: options.length, hidden: false });
  seedPortal(portal, world.seed);
  portal.settings.archivedOwnerWrites = "reject";
  const source: Source = { type: "CRM_UI", id: "userId:47901", userId: 47_901 };
  const at = portal.clock.now() - 5 * dayMs;
  for (const { leadId, ownerId } of world.given) {
    updateRecord(portal, "0-1", leadId, { hubspot_owner_id: ownerId }, { source, version: "v3", at });
  }
}

const workflow: Source = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };

/** A workflow of the portal moves a contact to the stage that qualifies it; Baton hears of it by webhook. */
export function turnMql(portal: Portal, leadId: string): void {
  updateRecord(
    portal,
    "0-1",
    leadId,
    { lifecyclestage: "marketingqualifiedlead" },
    { source: workflow, version: "v3" },
  );
}

/** A form fill: a contact that was not there before, MQL from the start. */
export function addLead(portal: Portal, { id, properties, associations }: SeedRecord & { id: string }): void {
  createRecord(portal, "0-1", properties, {
    id,
    source: { type: "FORM", id: "demo" },
    version: "v3",
    trusted: true,
    associations: associations.map((link) => ({
      toTypeId: "0-2",
      toId: link.id,
      types: [{ category: "HUBSPOT_DEFINED", typeId: 1 }],
    })),
  });
}
