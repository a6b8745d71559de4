import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { commands } from "../../src/pipeline/commands.ts";
import { firstPages } from "../../src/pipeline/sync-accounts.ts";
import { parseSeed, seedPortal } from "../../src/sandbox/hubspot/seed.ts";
import { type Journey, startJourney, startOfTime } from "./world.ts";

// A portal with more companies than are listed before the first lead is routed.

const count = (firstPages + 120) * 100;
/** Beyond what is listed at first. */
const shared = String(100_000 + count - 10);
const dayMs = 86_400_000;

let journey: Journey;
let listing: { id: string };
beforeAll(async () => {
  const companies = Array.from({ length: count }, (_, at) => ({
    id: String(100_000 + at),
    properties: {
      name: `Zurax ${at} Belvonta`,
      domain: `zurax-${at}.example`,
      country: "Sweden",
      hubspot_owner_id: "102",
    },
    createdAt: startOfTime - 300 * dayMs,
    associations: [],
  }));
  const deals = Array.from({ length: firstPages * 100 + 1 }, (_, at) => ({
    id: String(500_000 + at),
    properties: { dealname: `Deal ${at}`, dealstage: "qualifiedtobuy", hubspot_owner_id: "101" },
    associations: [{ to: "companies", id: at === firstPages * 100 ? shared : "100000", primary: true }],
  }));
  // Two have one domain: the later one has the deal that is listed last.
  const twins = ["100100", shared].map((id) => companies.find((company) => company.id === id));
  for (const twin of twins) Object.assign(twin?.properties ?? {}, { domain: "twins.example" });
  journey = await startJourney({ prepare: (portal) => seedPortal(portal, parseSeed({ companies, deals })) });
  // The rest is not listed before the last test.
  listing = journey.hubspot.faults.add({
    route: "GET /crm/objects/:version/:objectType",
    kind: "status-before",
    status: 503,
  });
}, 120_000);
afterAll(() => journey.stop());

const explained = async (leadId: string) =>
  (await commands.explain(journey.app.deps.db, { leadId }, journey.app.deps.now().toISOString())).join("\n");
const listed = async () =>
  Number(
    (
      await journey.app.deps.db.query
        .selectFrom("accounts")
        .select(({ fn }) => fn.countAll().as("count"))
        .executeTakeFirst()
    )?.count,
  );
const searches = () =>
  journey.hubspot.requests.list().filter(({ path, method }) => method === "POST" && path.endsWith("/companies/search"));

test("a lead is routed to its account before the account's turn in the list has come, by a search for its domain", async () => {
  expect(await listed()).toBeLessThan(count);
  const before = searches().length;
  const id = journey.qualify({ email: `kim@zurax-${count - 1}.example`, country: "Germany" });
  await journey.settled();

  expect(await explained(id)).toContain(`(account ${100_000 + count - 1}), by the domain of its e-mail`);
  expect(journey.property("0-1", id, "hubspot_owner_id")).toBe("102");
  expect(searches()).toHaveLength(before + 1);
});

test("which accounts have an open opportunity is asked where it was not listed yet", async () => {
  const met = journey.qualify({ email: "abe@somewhere-else.example", country: "Germany" }, shared);
  await journey.settled();
  expect(await explained(met)).toContain(`account ${shared}`);
  const id = journey.qualify({ email: "kim@twins.example", country: "Germany" });
  await journey.settled();
  expect(await explained(id)).toContain(`(account ${shared}), by the domain of its e-mail`);
});

test.each([
  503, 400, 403,
])("a search that the CRM answers with %i holds no lead up, nor one beside it", async (status) => {
  const route = "POST /crm/objects/:version/:objectType/search";
  const fault = journey.hubspot.faults.add({ route, kind: "status-before", status });
  const unknown = journey.qualify({ email: `nia${status}@zurax-${count - 5}.example`, country: "Germany" });
  const known = journey.qualify({ email: `oda${status}@somewhere.example`, country: "Germany" }, "100001");
  await journey.settled();
  expect(journey.property("0-1", known, "hubspot_owner_id")).toBe("102");
  expect(journey.property("0-1", unknown, "hubspot_owner_id")).not.toBe("");
  expect(searches().map((request) => request.status)).toContain(status);
  journey.hubspot.faults.remove(fault.id);
});

test("the rest is listed in the background; then nothing is searched any more, and names are found, too", async () => {
  journey.hubspot.faults.remove(listing.id);
  await journey.inTime("all are listed", async () => (await listed()) === count + 4, 60_000);
  await journey.inTime(
    "the index has them",
    () => journey.app.deps.accountIndex.state(connectionId(), "[]") === "warm",
    60_000,
  );
  const before = searches().length;
  const byName = journey.qualify({ email: "lou@gmail.com", company: `Zurax ${count - 2} Belvonta`, country: "Sweden" });
  const stranger = journey.qualify({ email: "max@nobody-we-know.example", country: "Germany" });
  await journey.settled();

  expect(await explained(byName)).toContain(`(account ${100_000 + count - 2}), by its name, place and phone`);
  expect(await explained(stranger)).toContain("It belongs to no known account");
  expect(
    searches()
      .slice(before)
      .filter(({ body }) => JSON.stringify(body ?? "").includes('"domain"')),
  ).toEqual([]);
});

const connectionId = () => [...journey.app.deps.throttles.keys()][0] ?? "";
