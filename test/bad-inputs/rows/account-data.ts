import { expect } from "@jest/globals";
import type { Portal, PropertyDefinition } from "../../../src/sandbox/hubspot/portal.ts";
import type { OddPortal } from "../portal.ts";
import { type CrmRow, dach, decided, german, qualified, says, toAccountOwner, toDach } from "./crm-row.ts";

/** CRM data oddities again: what the account around a lead holds, and what happens to it. */
export const accountRows: readonly CrmRow[] = [
  [
    "B192 owner deactivated between read and write",
    async (portal) => {
      const anna = portal.portal.owners.get("101");
      if (anna !== undefined) anna.archived = true;
      const id = portal.qualifyOdd({ ...german, email: "late@borealis.example" });
      await portal.settled();
      if (anna !== undefined) anna.archived = false;
      return [id];
    },
    [{ ...decided, decisions: 2, owner: expect.stringMatching(/^(102|601)$/), told: says("reassignment 1, because") }],
  ],
  [
    "B193 property removed from schema",
    async (portal) => {
      const ofLead = await without(portal, "country", () => portal.qualifyOdd(german));
      const ofPolicy = await without(portal, "annualrevenue", () => portal.qualifyOdd(german));
      // Baton looks after its own properties at most every five minutes.
      await portal.pass(6 * 60_000);
      portal.portal.properties.get("0-1")?.delete("baton_reason");
      return [ofLead, ofPolicy, portal.qualifyOdd(german)];
    },
    [
      { ...decided, owner: expect.stringMatching(/^30[12]$/), reason: says("the country is not known") },
      toDach,
      toDach,
    ],
  ],
  [
    "B194 picklist value unknown",
    async (portal) => {
      const read = portal.qualifyOdd({ ...german, hs_lead_status: "NO SUCH", hs_latest_source: "MOON" });
      const stage = portal.qualifyOdd(german);
      portal.hold(stage, { lifecyclestage: "moon" });
      await portal.settled();
      const written = await withoutOption(portal, { property: "hs_lead_status", value: "OPEN" }, () =>
        portal.qualifyOdd(german),
      );
      return [read, stage, written];
    },
    [toDach, { end: says("ignored: not-in-qualifying-stage"), owner: "", decisions: 0 }, toDach],
  ],
  [
    "B196 company without domain",
    (portal) => [portal.qualify({ ...german, email: "kim@elsewhere.example" }, "6005")],
    [{ ...toAccountOwner, told: says("account 6005), as the CRM has it") }],
  ],
  [
    "B197 two companies with one domain",
    qualified({ email: "kim@twin.example" }),
    [{ ...toAccountOwner, told: says("before account 6006 (has no owner)") }],
  ],
  ["B198 company its own parent", qualified({ email: "kim@ouroboros.example" }), [toAccountOwner]],
  [
    "B199 merged id chain A→B→C→A",
    async (portal) => {
      const [a = "", b = "", c = ""] = [portal.qualifyOdd(german), portal.odd(german), portal.odd(german)];
      const [d = "", e = "", f = ""] = [portal.qualifyOdd(german), portal.odd(german), portal.odd(german)];
      await portal.settled();
      await portal.deliver(merge(portal, b, a), merge(portal, c, b), merge(portal, a, c));
      // The same chain without its last link: what is open of the first one is the last one's, and nothing is decided anew.
      await portal.deliver(merge(portal, e, d), merge(portal, f, e));
      return [a, b, c, d, e, f];
    },
    [
      { ...decided, owner: dach },
      { decisions: 0, clocks: 0, owner: "" },
      { decisions: 0, clocks: 0, owner: "" },
      { decisions: 1, clocks: 0 },
      { decisions: 0, clocks: 0 },
      { decisions: 0, clocks: 2 },
    ],
  ],
];

const definitionOf = ({ portal }: { portal: Portal }, name: string): PropertyDefinition => {
  const definition = portal.properties.get("0-1")?.get(name);
  if (definition === undefined) throw new Error(`There is no property ${name}.`);
  return definition;
};

/** What `run` qualifies is decided while the account lacks the property. */
async function without(portal: OddPortal, name: string, run: () => string): Promise<string> {
  const definition = definitionOf(portal, name);
  definition.archivedAt = portal.clock.now();
  const id = run();
  await portal.settled();
  definition.archivedAt = null;
  return id;
}

async function withoutOption(
  portal: OddPortal,
  { property, value }: { property: string; value: string },
  run: () => string,
): Promise<string> {
  const definition = definitionOf(portal, property);
  const { options } = definition;
  definition.options = options.filter((option) => option.value !== value);
  const id = run();
  await portal.settled();
  definition.options = options;
  return id;
}

let merges = 0;

function merge({ clock, portal }: OddPortal, into: string, from: string) {
  merges += 1;
  return {
    eventId: 900_000 + merges,
    subscriptionId: 4,
    portalId: portal.id,
    appId: 54321,
    occurredAt: clock.now() + merges,
    subscriptionType: "object.merge",
    objectTypeId: "0-1",
    attemptNumber: 0,
    primaryObjectId: Number(into),
    mergedObjectIds: [Number(from)],
    changeSource: "MERGE_OBJECTS",
  };
}
