import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { demoStartAt } from "../../../src/cli/demo/clock.ts";
import { leadKinds } from "../../../src/cli/demo/leads.ts";
import { readWorld } from "../../../src/cli/demo/list.ts";
import { demoPolicy } from "../../../src/cli/demo/policy.ts";
import { activeReps, people } from "../../../src/cli/demo/reps.ts";
import { makeWorld } from "../../../src/cli/demo/world.ts";
import { parsePolicy } from "../../../src/engine/parse-policy.ts";
import { readStartingPolicy } from "../../../src/pipeline/starting-policy.ts";
import { hubspotKit } from "../../../src/sandbox/hubspot/demo/kit.ts";
import type { Portal } from "../../../src/sandbox/hubspot/portal.ts";
import { salesforceKit } from "../../../src/sandbox/salesforce/demo/kit.ts";
import { type DemoPortal, openDemoPortal } from "./portal.ts";

const startAt = demoStartAt;
let demo: DemoPortal;
let portal: Portal;

beforeEach(async () => {
  demo = await openDemoPortal();
  portal = demo.portal;
});
afterEach(() => demo.stop());

const contact = (id: string) => portal.records.get("0-1")?.get(id)?.properties;
const hubspot = { name: "hubspot", policy: hubspotKit.policy };
const salesforce = { name: "salesforce", policy: salesforceKit.policy };

describe("the made-up world", () => {
  test("is the same for the same seed, and another one for another", () => {
    const [first, again, other] = [1, 1, 2].map((seed) => JSON.stringify(makeWorld({ seed, leads: 50, startAt })));

    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("fills a portal that the sandbox accepts: companies, deals, reps with hours, contacts", () => {
    demo.fill(makeWorld({ seed: 1, leads: 200, startAt }));

    expect(portal.records.get("0-2")?.size).toBeGreaterThanOrEqual(60);
    expect(portal.records.get("0-3")?.size).toBeGreaterThanOrEqual(10);
    expect(portal.records.get("0-1")?.size).toBe(200);
    expect(portal.owners.size).toBe(people.length);
    expect(portal.settings.archivedOwnerWrites).toBe("reject");
  });

  test("has a lead of each kind among the first, whatever the seed", () => {
    const world = makeWorld({ seed: 7, leads: leadKinds.length + 4, startAt });
    const all = demo.fill(world).ids.map((id) => contact(id));

    expect(world.leads.filter(({ givenTo }) => givenTo !== null)).toHaveLength(1);
    expect(all.filter((lead) => lead?.get("email") === undefined)).toHaveLength(1);
    expect(all.filter((lead) => lead?.get("baton_do_not_route") === "true")).toHaveLength(1);
    // One whose country nobody knows, and one of whose company the name is all that is known.
    expect(all.filter((lead) => lead?.get("country") === undefined)).toHaveLength(2);
    expect(
      all.filter((lead) => /demo|sales|pricing/i.test(lead?.get("recent_conversion_event_name") ?? "")),
    ).toHaveLength(2);
  });

  test("a person, not an import, gave the human-owned lead to its owner", () => {
    const world = makeWorld({ seed: 1, leads: 40, startAt });
    demo.fill(world);
    const given = world.leads.find(({ givenTo }) => givenTo !== null);

    const [last] =
      portal.records
        .get("0-1")
        ?.get(given?.id ?? "")
        ?.history.get("hubspot_owner_id") ?? [];

    expect(last).toMatchObject({ value: given?.givenTo, source: { type: "CRM_UI" } });
  });

  test("a contact turns MQL by a workflow, and so does one that was just added", () => {
    const leads = demo.fill(makeWorld({ seed: 1, leads: 1, startAt }));
    const ids = [...leads.ids, leads.add()];

    for (const id of ids) leads.qualify(id);

    const [before, after] = ids.map((id) => portal.records.get("0-1")?.get(id)?.history.get("lifecyclestage")?.[0]);
    expect(before).toMatchObject({ value: "marketingqualifiedlead", source: { type: "AUTOMATION_PLATFORM" } });
    expect(after).toMatchObject({ value: "marketingqualifiedlead", source: { type: "AUTOMATION_PLATFORM" } });
  });
});

describe("a world read from tables", () => {
  const accounts =
    "account_id,name,website,other_domains,billing_country,owner_id,type,open_opportunities\n" +
    'A1,"Datum AG",https://www.datum-demo.de/en,datum-demo.com;datum-demo.net,DE,U2,Customer,0\n' +
    "A2,Ferro,ferro-demo.se,,Sweden,U1,Prospect,2\n" +
    "A3,Nobody,,,,,Prospect,\n";
  const leads =
    "lead_id,email,company,website,country,employees,true_account_id\n" +
    "L1,Ann@datum-demo.de,Datum,,DE,500-999,A1\n" +
    "L2,ann@datum-demo.de,Ferro,,,,\n" +
    "L3,,,,,,\n";
  const readTables = (companies: string, contacts: string) =>
    readWorld(
      { accounts: { file: "a.csv", text: companies }, leads: { file: "l.csv", text: contacts } },
      { seed: 1, startAt, takes: { ...hubspotKit, title: "HubSpot" } },
    );
  const read = () => readTables(accounts, leads);

  test("keeps domains, customers, open deals and deals owners out to the reps in order", () => {
    demo.fill(read());
    const companies = [...(portal.records.get("0-2")?.values() ?? [])].map(({ properties }) =>
      Object.fromEntries(properties),
    );

    expect(companies[0]).toMatchObject({
      domain: "datum-demo.de",
      hs_additional_domains: "datum-demo.com;datum-demo.net",
      lifecyclestage: "customer",
      hubspot_owner_id: activeReps[1]?.id,
    });
    expect(companies[1]).toMatchObject({ country: "Sweden", hubspot_owner_id: activeReps[0]?.id });
    expect(companies[2]).not.toHaveProperty("hubspot_owner_id");
    expect(portal.records.get("0-3")?.size).toBe(2);
  });

  test.each([
    ["Customer", "customer"],
    [" customer ", "customer"],
    ["Existing Customer", "customer"],
    ["Key client", "customer"],
    ["Former customer", undefined],
    ["Prospective customer", undefined],
    ["Prospect", undefined],
  ])("an account of type %j is %s", (type, stage) => {
    const [company] = readTables(accounts.replace("Customer", type), leads).companies;

    expect(company?.isCustomer ? "customer" : undefined).toBe(stage);
  });

  test("what is no number is told with its line, and counts as unknown", () => {
    const { notes } = readTables(
      accounts.replace("Prospect,2", "Prospect,many"),
      leads.replace("500-999", "abc").replace("L3,,,,,,", "L3,,,,,lots,\nL4,,,,,0,"),
    );

    expect(notes).toEqual(
      expect.arrayContaining([
        'l.csv:2: employees "abc" is no number; it counts as unknown. 2 more like it; the next is in line 4.',
        'a.csv:3: open_opportunities "many" is no number; it counts as none.',
      ]),
    );
  });

  test("what is no e-mail address is told with its line, and the lead is made without it", () => {
    const world = readTables(accounts, leads.replace("Ann@datum-demo.de", "ann at datum"));
    const { ids } = demo.fill(world);

    expect(world.notes).toContain('l.csv:2: email "ann at datum" is no e-mail address; the lead is made without it.');
    expect(ids.map((id) => contact(id)?.get("email"))).toEqual([undefined, "ann@datum-demo.de", undefined]);
  });

  test("an id that stands twice is refused with both lines", () => {
    expect(() => readTables(accounts, leads.replace("L3", "L1"))).toThrow(
      "l.csv:4: lead_id L1 stands in line 2 already",
    );
    expect(() => readTables(accounts.replace("A3", "A2"), leads)).toThrow("a.csv:4: account_id A2 stands in line 3");
  });

  test("what is told of cells cannot steer the terminal", () => {
    const hostile = "7\u001b[2J\u001b]0;x\u0007\u202e";
    const { notes } = readTables(accounts.replace("U2", hostile), leads.replace("Ann@datum-demo.de", hostile));
    expect(notes.join("")).toContain('email "7 [2J ]0;x" is no e-mail address');
    expect(notes.join("")).toContain(": 7 [2J ]0;x is ");
    expect(() => readTables(accounts, leads.replace(/^L[12]/gm, hostile))).toThrow(
      "lead_id 7 [2J ]0;x stands in line 2 already",
    );
  });

  test("a list without leads is refused", () => {
    expect(() => readTables(accounts, `${leads.split("\n")[0]}\n`)).toThrow("l.csv has no leads below its header.");
  });

  test("every lead becomes a contact, also one whose address is taken, and the truth stays out", () => {
    const world = read();
    const { ids } = demo.fill(world);

    expect(ids.map((id) => contact(id)?.get("email"))).toEqual([
      "ann@datum-demo.de",
      "ann+l2@datum-demo.de",
      undefined,
    ]);
    expect(world.notes).toEqual([
      "The demo's reps stand in for the owners of a.csv: U1 is Anna Weber, U2 is Lukas Brandt.",
      expect.stringContaining("1 lead shares"),
    ]);
    expect(JSON.stringify(world.leads)).not.toContain("A1");
  });
});

describe("the demo's policy", () => {
  test("is the shipped one with a manager, a catch-all person and a newcomer", async () => {
    const policy = parsePolicy(demoPolicy(await readStartingPolicy(null), { leads: 40, crms: [hubspot] }));

    expect(policy.catchAll.repId).toBe("Helena Voss");
    expect(policy.repDefaults).toMatchObject({ capacity: 30, managerId: "Helena Voss" });
    expect(policy.reps["Lukas Brandt"]).toMatchObject({ seniority: 1, capacity: 30, managerId: "Helena Voss" });
  });

  test("asks an account of another CRM for its own stage and fields, and gives nothing to who is no rep", async () => {
    const text = demoPolicy(await readStartingPolicy(null), { leads: 40, crms: [salesforce] });
    const policy = parsePolicy(text);

    expect(policy).toMatchObject({ qualifyingStage: "MQL", writes: { status: null } });
    expect(policy.reps["House Accounts"]?.never).toEqual({ field: "lead.stage", operator: "known", value: null });
    expect(text).not.toContain("field: lead.score,");
    expect(policy.gates[0]?.when).toMatchObject({ field: "lead.crm.Do_Not_Route__c" });
  });

  test("of two CRMs has the values of each by its name, and asks for the field of either", async () => {
    const text = demoPolicy(await readStartingPolicy(null), { leads: 40, crms: [hubspot, salesforce] });
    const policy = parsePolicy(text);

    expect(policy).toMatchObject({ qualifyingStage: "marketingqualifiedlead", ownerAuthority: "salesforce" });
    expect(policy.byCrm).toMatchObject({ salesforce: { qualifyingStage: "MQL", writes: { status: null } } });
    const [, , score80, , , , , , missing] = policy.tiers;
    const asked = (operator: string, value: number | null) =>
      ["lead.score", "lead.crm.Lead_Score__c"].map((field) => ({ field, operator, value }));
    expect(score80?.when).toEqual({ any: asked("gte", 80) });
    expect(missing?.when).toEqual({ all: asked("unknown", null) });
  });

  test("lets a few reps take a long list", async () => {
    const policy = parsePolicy(demoPolicy(await readStartingPolicy(null), { leads: 2166, crms: [hubspot] }));

    expect(policy.repDefaults.capacity).toBe(2166);
  });

  test("says what is missing when the shipped policy reads otherwise", () => {
    expect(() => demoPolicy("name: other", { leads: 1, crms: [hubspot] })).toThrow("has no line");
  });
});
