import { expect } from "@jest/globals";
import type { Portal, PropertyDefinition } from "../../../src/sandbox/hubspot/portal.ts";
import { scale } from "../../faults/scale.ts";
import type { Ending, OddPortal } from "../portal.ts";

/** What happens, the contacts that it is about, and how each of them must end. */
export type CrmRow = readonly [
  title: string,
  happens: (portal: OddPortal) => string[] | Promise<string[]>,
  endings: readonly Partial<Record<keyof Ending, unknown>>[],
];

const dach = expect.stringMatching(/^(101|102|601)$/);
const says = (text: string) => expect.stringContaining(text);
/** Decided once, one rep, one task, its clocks running. */
const decided = { end: "decided", decisions: 1, tasks: 1, clocks: 2 };
const toDach = { ...decided, owner: dach, reason: says("next in turn in pool dach") };
const toAccountOwner = { ...decided, owner: "102", reason: "Bernd Rep102: owns the account" };
const german = { country: "Germany" };

const qualified =
  (...leads: readonly Record<string, string>[]): CrmRow[1] =>
  (portal) =>
    leads.map((lead) => portal.qualifyOdd({ ...german, ...lead }));

/** CRM data oddities [decided or parked with reason, never crash]: what a lead itself holds. */
export const leadRows: readonly CrmRow[] = [
  ["B183 no email", qualified({}), [{ ...toDach, told: says("no e-mail address") }]],
  [
    "B184 two @",
    qualified({ email: "kim@corp@borealis.example" }),
    [{ ...toDach, told: says("an e-mail address that cannot be one") }],
  ],
  [
    "B185 quoted local part",
    qualified({ email: '"kim @ \\"home\\""@borealis.example' }),
    [{ ...decided, owner: "101", reason: "Anna Rep101: owns the account" }],
  ],
  [
    "B186 IDN and punycode domain are one",
    qualified(
      { email: "kim@bücher.example" },
      { email: "kim@xn--bcher-kva.example" },
      { email: "kim@BÜCHER.example" },
      { email: "kim@xn--mller-kva.example" },
      { email: "kim@mu\u0308ller.example" },
    ),
    [toAccountOwner, toAccountOwner, toAccountOwner, toAccountOwner, toAccountOwner],
  ],
  [
    "B187 free-mail domain, though a company has it",
    qualified({ email: "kim@gmail.com" }),
    [{ ...toDach, told: says("a free-mail address, which names no company") }],
  ],
  [
    "B188 trailing dot domain",
    qualified({ email: "kim@trailing.example" }, { email: "kim@xn--mller-kva.example." }),
    [toAccountOwner, toAccountOwner],
  ],
  [
    'B189 country "USA", "U.S.", "us "',
    qualified({ country: "USA" }, { country: "U.S." }, { country: "us " }),
    Array.from({ length: 3 }, () => ({ ...decided, owner: "501", reason: says("territory north-america") })),
  ],
  [
    'B190 employees "1,000+"',
    qualified({ numemployees: "1,000+" }, { numemployees: "1,000" }),
    [{ ...decided, owner: "601", reason: says("segment enterprise") }, toDach],
  ],
  [
    "B191 owner id deleted",
    qualified({ hubspot_owner_id: "999999" }, { hubspot_owner_id: "abc" }, { email: "kim@ghost.example" }),
    [
      { ...toDach, told: says("its owner is not active any more") },
      { ...toDach, told: says("its owner is not active any more") },
      { ...toDach, told: says("its owner is not active any more") },
    ],
  ],
  [
    'B195 date "0000-00-00"',
    (portal) => [portal.qualifyOdd({ ...german, ...dates("0000-00-00") }), stagedOn(portal, "0000-00-00")],
    [toDach, toDach],
  ],
  [
    "B200 emoji-only name",
    qualified(
      { firstname: "🦄", lastname: "🎉🎉", company: "🏭" },
      { firstname: "👩‍👩‍👧".repeat(100), lastname: "🏴󠁧󠁢󠁥󠁮󠁧󠁿" },
      { firstname: "\ud83e", lastname: "\udd84\u0000" },
    ),
    [toDach, toDach, toDach],
  ],
  [
    'B201 score "NaN"',
    qualified({ hubspotscore: "NaN" }, { hubspotscore: "Infinity" }, { hubspotscore: "1e999" }),
    Array.from({ length: 3 }, () => ({ ...toDach, told: says("a score that is no number") })),
  ],
  [
    "B202 timestamp in year 9999",
    (portal) => [
      portal.qualifyOdd({ ...german, ...dates("253402300799999") }),
      portal.qualifyOdd({ ...german, ...dates("9999-12-31T23:59:59.999Z") }),
      stagedOn(portal, "253402300799999"),
      // A millisecond later, and the last that JavaScript knows.
      portal.qualifyOdd({ ...german, ...dates("253402300800000") }),
      stagedOn(portal, "253402300800000"),
      stagedOn(portal, "8640000000000000"),
      stagedOn(portal, "-62198755200000"),
    ],
    [toDach, toDach, toDach, toDach, toDach, toDach, toDach],
  ],
  [
    "B203 negative revenue",
    qualified(
      { annualrevenue: "-5000000", numemployees: "-5" },
      { annualrevenue: "5000000" },
      { email: "kim@shrunk.example" },
    ),
    [
      { ...toDach, told: expect.stringMatching(/T3 \(moderate\)(?:.|\n)*a number of employees that is none/) },
      { ...toDach, told: says("T2 (warm)") },
      { ...toDach, told: says("no number of employees") },
    ],
  ],
];

/** The same: what the account around a lead holds. */
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
      await portal.settled();
      await portal.deliver(merge(portal, b, a), merge(portal, c, b), merge(portal, a, c));
      return [a, b, c];
    },
    [
      { ...decided, owner: dach },
      { decisions: 0, clocks: 0, owner: "" },
      { decisions: 0, clocks: 0, owner: "" },
    ],
  ],
];

const dates = (value: string) => ({
  recent_conversion_date: value,
  hs_analytics_last_timestamp: value,
  hs_sales_email_last_replied: value,
});

/** A contact that entered the stage then, as HubSpot itself says. */
function stagedOn(portal: OddPortal, value: string): string {
  const id = portal.qualifyOdd(german);
  const stage = "marketingqualifiedlead";
  portal.hold(id, { [`hs_v2_date_entered_${stage}`]: value, [`hs_lifecyclestage_${stage}_date`]: value });
  return id;
}

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

/** The last of them: the same person over and over. HubSpot keeps e-mails unique, an import of long ago need not have. */
export const sameEmailRows: readonly (readonly [title: string, leads: number])[] = [
  ["B204 10,000 leads with one identical email", scale(300, 10_000)],
];
