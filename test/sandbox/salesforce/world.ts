import { Connection } from "jsforce";
import { createClock } from "../../../src/sandbox/create-clock.ts";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import type { SandboxOrg } from "../../../src/sandbox/salesforce/sandbox-org.ts";
import { startSalesforce } from "../../../src/sandbox/salesforce/server.ts";
import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";

export const startAt = Date.parse("2026-11-17T14:00:00Z");

export type World = {
  salesforce: SalesforceSandbox;
  org: SandboxOrg;
  /** Who calls: an integration user. */
  userId: string;
  reps: readonly [string, string];
  queueId: string;
  conn: Connection;
  advance(ms: number): void;
  stop(): Promise<void>;
};

/** A Salesforce with one org, two reps and a queue, whose clock stands still, and jsforce connected to it. */
export async function startWorld(): Promise<World> {
  const clock = createClock({ startAt, speed: 0 });
  const salesforce = await startSalesforce({ clock });
  const org = salesforce.addOrg({ name: "Acme" });
  const user = (FirstName: string, LastName: string) =>
    putRow(org, "User", {
      ...{ FirstName, LastName, Name: `${FirstName} ${LastName}`, Email: `${FirstName.toLowerCase()}@acme.example` },
      ...{ Username: `${FirstName.toLowerCase()}@acme.example`, IsActive: true, UserType: "Standard" },
      TimeZoneSidKey: "Europe/Berlin",
    });
  const userId = user("Baton", "Integration");
  const reps = [user("Ada", "Berg"), user("Ben", "Cole")] as const;
  const queueId = putRow(org, "Group", { Name: "Inbound", DeveloperName: "Inbound", Type: "Queue" });
  putRow(org, "QueueSobject", { QueueId: queueId, SobjectType: "Lead" });
  const { token } = salesforce.sessions.issue({ orgId: org.id, userId, clientId: "test", scopes: ["api"] });
  return {
    ...{ salesforce, org, userId, reps, queueId },
    conn: new Connection({
      instanceUrl: salesforce.url,
      accessToken: token,
      version: "66.0",
      callOptions: { client: "Baton" },
    }),
    advance: (ms) => clock.advance(ms),
    async stop() {
      await salesforce.stop();
      clock.stop();
    },
  };
}
