import { createClock } from "../../../src/sandbox/create-clock.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import { parseSeed } from "../../../src/sandbox/salesforce/parse-seed.ts";
import type { SandboxOrg } from "../../../src/sandbox/salesforce/sandbox-org.ts";
import type { Row } from "../../../src/sandbox/salesforce/schema.ts";
import { seedOrg } from "../../../src/sandbox/salesforce/seed.ts";
import { startSalesforce } from "../../../src/sandbox/salesforce/server.ts";
import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";
import { type Api, callApi } from "../api.ts";
import { type Client, connectClient } from "./pubsub-client.ts";

export const startAt = Date.parse("2026-11-17T14:00:00Z");

/** Two reps, an admin and a queue; a Lead of the queue's, one of Ada's, and a Task of hers. */
const seed = {
  users: [
    {
      ref: "admin",
      FirstName: "Olivia",
      LastName: "Stone",
      Email: "olivia@acme.example",
      profile: "System Administrator",
    },
    { ref: "ada", FirstName: "Ada", LastName: "Berg", Email: "ada@acme.example" },
    { ref: "ben", FirstName: "Ben", LastName: "Cole", Email: "ben@acme.example" },
  ],
  queues: [{ ref: "inbound", Name: "Inbound", members: ["@ada", "@ben"], objects: ["Lead"] }],
  accounts: [{ ref: "globex", Name: "Globex", OwnerId: "@ada" }],
  contacts: [{ ref: "hanna", LastName: "Vogt", Email: "hanna@globex.example", AccountId: "@globex", OwnerId: "@ada" }],
  leads: [
    { ref: "nina", LastName: "Kraft", Company: "Globex", Email: "nina@globex.example", OwnerId: "@inbound" },
    { ref: "omar", LastName: "Price", Company: "Globex", Email: "omar@globex.example", OwnerId: "@ada" },
  ],
  tasks: [{ ref: "call", Subject: "Call Omar", WhoId: "@omar", OwnerId: "@ada" }],
  channels: [
    { name: "ChangeEvents", members: [{ entityName: "Lead" }, { entityName: "Task" }, { entityName: "User" }] },
  ],
};

export type ControlWorld = {
  salesforce: SalesforceSandbox;
  org: SandboxOrg;
  /** Ids by what they are called above. */
  ids: Record<"admin" | "ada" | "ben" | "inbound" | "globex" | "hanna" | "nina" | "omar" | "call", string>;
  control: Api;
  /** The same of a path below the org. */
  inOrg: Api;
  /** Calls REST as the admin. */
  rest: Api;
  row(object: string, id: string): Row;
  /** A client of the Pub/Sub API as the admin; closed with the world. */
  subscriber(): Client;
  stop(): Promise<void>;
};

/** A Salesforce with a control API and one org, whose clock stands still. Stop it in `afterEach`. */
export async function startControlWorld(): Promise<ControlWorld> {
  const clock = createClock({ startAt, speed: 0 });
  const salesforce = await startSalesforce({ clock, controlPort: 0 });
  const org = salesforce.addOrg({ name: "Acme" });
  seedOrg(org, parseSeed(seed));
  const named = (object: string, field: string, value: string): string => {
    const [found] = tableOf(org, object).withValues(field, [value]);
    return String(found?.Id);
  };
  const ids = {
    ...{ admin: named("User", "LastName", "Stone"), ada: named("User", "LastName", "Berg") },
    ...{ ben: named("User", "LastName", "Cole"), inbound: named("Group", "Name", "Inbound") },
    ...{ globex: named("Account", "Name", "Globex"), hanna: named("Contact", "LastName", "Vogt") },
    ...{ nina: named("Lead", "LastName", "Kraft"), omar: named("Lead", "LastName", "Price") },
    call: named("Task", "Subject", "Call Omar"),
  };
  const { token } = salesforce.sessions.issue({ orgId: org.id, userId: ids.admin, clientId: "test", scopes: ["api"] });
  const control = callApi(salesforce.controlUrl ?? "", null);
  const clients: Client[] = [];
  return {
    ...{ salesforce, org, ids, control },
    inOrg: (method, path, body) => control(method, `/orgs/${org.id}${path}`, body),
    rest: callApi(`${salesforce.url}/services/data/v66.0`, token),
    row: (object, id) => tableOf(org, object).get(id) ?? {},
    subscriber() {
      const metadata = { accesstoken: token, instanceurl: salesforce.url, tenantid: org.id };
      const client = connectClient(salesforce.pubSubUrl, metadata);
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.close();
      await salesforce.stop();
      clock.stop();
    },
  };
}
