import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commands } from "../../src/pipeline/commands.ts";
import { reports } from "../../src/pipeline/reports.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { archiveRecord, createRecord, updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { type Journey, startJourney } from "./world.ts";

// Leads that name their company in their own way, and companies that change while leads come in.

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney({ prepare: fill });
}, 60_000);
afterAll(() => journey.stop());

const admin = { source: { type: "CRM_UI", id: "userId:9" }, version: "2026-09" as const };

/** Companies enough for words to be rare or common. */
function fill(portal: Portal): void {
  const firsts = "Alder|Birch|Cobalt|Dunlin|Ember|Falcon|Garnet|Heron".split("|");
  const seconds = "Forge|Optics|Cranes|Dairy|Loom|Pumps|Rail|Textiles".split("|");
  for (const first of firsts)
    for (const second of seconds) {
      const name = `${first} ${second}`;
      const domain = `${name.toLowerCase().replace(" ", "-")}.example`;
      createRecord(portal, "0-2", { name, domain, country: "Sweden" }, admin);
    }
  harrowId = createRecord(
    portal,
    "0-2",
    { name: "Harrow & Finch Instruments GmbH", domain: "hfi.example", country: "Germany", hubspot_owner_id: "101" },
    admin,
  ).id;
}
let harrowId = "";

const at = () => journey.app.deps.now().toISOString();
const run = (name: keyof typeof commands, input: unknown) => commands[name](journey.app.deps.db, input, at());
const explained = async (leadId: string) => (await run("explain", { leadId })).join("\n");
const ownerOf = (leadId: string) => journey.property("0-1", leadId, "hubspot_owner_id");

test("a company's name as a person types it, from a free-mail address in its country, is that company", async () => {
  const id = journey.qualify({
    email: "kim@gmail.com",
    company: "HARROW and FINCH instruments",
    country: "Deutschland",
  });
  await journey.settled();

  expect(ownerOf(id)).toBe("101");
  const text = await explained(id);
  expect(text).toMatch(
    /It belongs to Harrow & Finch Instruments GmbH \(account \d+\), by its name, place and phone, (?:\d\d|over 99) % likely/,
  );
  expect(text).toMatch(
    /For it: .*the whole name \+\d\.\d.*\. Against it: .*the e-mail is at a provider, which is no company.s domain −\d\.\d/,
  );
});

describe("a name without a second proof", () => {
  test("is routed without the account, and the rep and a reviewer hear of it; the answer counts for the next", async () => {
    const first = journey.qualify({
      email: "lou@gmail.com",
      firstname: "Lou",
      lastname: "Berg",
      company: "Harrow and Finch Instruments",
    });
    await journey.settled();
    expect(await explained(first)).toMatch(
      /It may belong to Harrow & Finch Instruments GmbH \(account \d+\).*: a reviewer is asked\./,
    );
    const [taskId = ""] = journey.tasksOf(first);
    expect(journey.property("0-27", taskId, "hs_task_body")).toContain(
      "It may belong to Harrow &amp; Finch Instruments GmbH",
    );
    const portal = "https://app.hubspot.com/contacts/62515/record";
    const listed = await run("reviews", { workspace: null });
    expect(listed).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^Lead ${first}, asked 0 minutes ago: ${portal}/0-1/${first}$`)),
        "  The lead: Lou Berg, lou@gmail.com; company Harrow and Finch Instruments; no website; no place",
        expect.stringMatching(
          new RegExp(
            `^  Is it account ${harrowId}, over 99 % likely, but nothing beside its name says so: Harrow & Finch Instruments GmbH; website hfi.example; place Germany; owner .+; ${portal}/0-2/${harrowId}$`,
          ),
        ),
        expect.stringMatching(/^ {4}For it: /),
      ]),
    );

    expect(await run("review-answer", { leadId: ` ${first} `, answer: "yes", by: "Rita" })).toEqual([
      `From now on leads of a company called Harrow and Finch Instruments belong to account ${harrowId}. Lead ${first} itself stays where it is.`,
    ]);
    expect(await explained(first)).toMatch(
      new RegExp(
        `It may belong to Harrow[^\\n]*: a reviewer is asked\\.\\n(?:(?:For|Against) it[^\\n]*\\n)*Rita said on Tue 17 Nov 2026, [\\d:]+ \\(Europe/Berlin\\) that it belongs to account ${harrowId}: leads like it go by that`,
      ),
    );
    const second = journey.qualify({ email: "max@gmail.com", company: "Harrow and Finch Instruments" });
    await journey.settled();
    expect(ownerOf(second)).toBe("101");
    expect(await explained(second)).toContain(`(account ${harrowId}), as a reviewer said of leads like it`);
    expect(await run("reviews", { workspace: null })).toEqual([
      "The account of every lead is certain, or there is none in question.",
    ]);
  });

  test("no: it is not asked again", async () => {
    const first = journey.qualify({ email: "nia@gmail.com", company: "Falcon Optics" });
    await journey.settled();
    await run("review-answer", { leadId: first, answer: "no", by: "Rita" });
    const second = journey.qualify({ email: "oda@gmail.com", company: "Falcon Optics" });
    await journey.settled();
    expect(await explained(second)).toContain("It belongs to no known account");
    await expect(run("review-answer", { leadId: second, answer: "yes", by: "Rita" })).rejects.toThrow(
      `Nobody is asked about the account of lead ${second}`,
    );
  });
});

test("a company is known a second after it came, changed, was merged away or went", async () => {
  const heard = async () => {
    await journey.step(500);
    await journey.step(500);
  };
  let count = 0;
  const storyOf = async (domain: string): Promise<string> => {
    count += 1;
    const lead = journey.qualify({ email: `rae${count}@${domain}`, country: "Germany" });
    await journey.settled();
    return explained(lead);
  };

  const { id } = createRecord(journey.portal, "0-2", { name: "Kestrel Gauges", domain: "kestrel.example" }, admin);
  await heard();
  expect(await storyOf("kestrel.example")).toContain(`It belongs to Kestrel Gauges (account ${id})`);

  updateRecord(journey.portal, "0-2", id, { domain: "kestrel-gauges.example", name: "Kestrel Metering" }, admin);
  await heard();
  expect(await storyOf("kestrel-gauges.example")).toContain(`It belongs to Kestrel Metering (account ${id})`);
  expect(await storyOf("kestrel.example")).not.toContain(`It belongs to Kestrel`);

  archiveRecord(journey.portal, "0-2", id, admin.source);
  await heard();
  expect(await storyOf("kestrel-gauges.example")).not.toContain("It belongs to Kestrel");
});

test("a domain that two contacts of an account have is the account's, too", async () => {
  const of = (name: string, companyId?: string) =>
    journey.qualify({ email: `${name}@garnet-labs.example`, country: "Germany" }, companyId);
  of("ana", harrowId);
  await journey.settled();
  await journey.step(1_000);
  const unknown = of("bea");
  await journey.settled();
  expect(await explained(unknown)).toContain("It belongs to no known account");

  of("cia", harrowId);
  await journey.settled();
  await journey.step(1_000);
  const known = of("dea");
  await journey.settled();
  expect(await explained(known)).toContain(`(account ${harrowId}), by the domain of its e-mail, garnet-labs.example`);
});

test("what reviewers and the CRM said is written as match train reads it", async () => {
  const lines = async (name: "match-accounts" | "match-leads"): Promise<string[]> => {
    const said: string[] = [];
    const deps = { db: journey.app.deps.db, reading: () => journey.app.deps };
    for await (const part of reports[name](deps, { workspace: null, connection: null }, at()))
      if ("csv" in part) said.push(part.csv.trim());
    return said;
  };
  const accounts = await lines("match-accounts");
  expect(accounts[0]).toBe(
    '"account_id","name","website","other_domains","other_names","billing_country","billing_state","billing_city","billing_postal_code","phone","parent_account_id"',
  );
  const harrow = accounts.find((line) => line.startsWith(`"${harrowId}"`)) ?? "";
  // What an answer and two contacts taught would tell training the labels of the leads below.
  expect(harrow).toContain('"Harrow & Finch Instruments GmbH","hfi.example","","","Germany"');
  const leads = await lines("match-leads");
  expect(leads).toContainEqual(expect.stringMatching(/"Harrow and Finch Instruments",.*"\d+","reviewer"$/));
  expect(leads).toContainEqual(expect.stringMatching(new RegExp(`"ana@garnet-labs.example",.*"${harrowId}","crm"$`)));
  expect(leads).toContainEqual(expect.stringMatching(/"Falcon Optics",.*"","reviewer"$/));
});

test("where a reviewer is asked about everything: another account it is, and the lead's domain is that one's", async () => {
  const policyText = readFileSync(new URL("../../src/policies/default.yaml", import.meta.url), "utf8")
    .replace("automatic: 0.95", "automatic: 1")
    .replace("review: 0.6", "review: 0");
  const asking = await startJourney({ policyText });
  const { db, now } = asking.app.deps;
  const answer = (name: keyof typeof commands, input: unknown) => commands[name](db, input, now().toISOString());
  try {
    const first = asking.qualify({ email: "pia@corvus-labs.example", company: "Corvus", country: "Germany" });
    await asking.settled();
    expect((await answer("reviews", { workspace: null })).join("\n")).toContain(
      "The lead: pia@corvus-labs.example; company Corvus; no website; place Germany",
    );
    const other = { leadId: first, answer: { accountId: "5001" }, by: "Rita" };
    await expect(answer("review-answer", { ...other, answer: { accountId: "nonsense" } })).rejects.toThrow(
      "There is no account nonsense",
    );
    expect(await answer("review-answer", other)).toEqual([
      `From now on leads of the domain corvus-labs.example belong to account 5001, not to account 5002. Lead ${first} itself stays where it is.`,
    ]);
    const second = asking.qualify({ email: "quin@corvus-labs.example", country: "Germany" });
    await asking.settled();
    expect(asking.property("0-1", second, "hubspot_owner_id")).toBe("101");
    // It was a mistake.
    const mistaken = { leadId: first, answer: "no", by: "Sven" };
    await expect(answer("review-answer", mistaken)).rejects.toThrow(
      /^Rita said on Tue 17 Nov 2026, [\d:]+ \(Europe\/Berlin\) that it belongs to account 5001, not to account 5002, of lead \d+\. To overwrite that, give your answer again with --replace\.$/,
    );
    expect((await answer("review-answer", { ...mistaken, replaces: true })).at(-1)).toMatch(/^Replaced: Rita said on /);
    const third = asking.qualify({ email: "rosa@corvus-labs.example", country: "Germany" });
    await asking.settled();
    expect((await answer("explain", { leadId: third })).join("\n")).not.toContain("as a reviewer said");
  } finally {
    await asking.stop();
  }
}, 60_000);
