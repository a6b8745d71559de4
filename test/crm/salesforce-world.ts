import type { ConnectOptions, CrmClient, EnteredLead, Page, Pay } from "../../src/crm/crm.ts";
import { createDayPot } from "../../src/crm/day-pot.ts";
import { salesforce } from "../../src/crm/salesforce/index.ts";
import type { SalesforceSettings } from "../../src/crm/salesforce/settings.ts";
import type { Throttle } from "../../src/crm/throttle.ts";
import { createClock } from "../../src/sandbox/create-clock.ts";
import type { LeadConvert } from "../../src/sandbox/salesforce/convert-lead.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { installPackage } from "../../src/sandbox/salesforce/package-schema.ts";
import type { SandboxOrg } from "../../src/sandbox/salesforce/sandbox-org.ts";
import { startSalesforce } from "../../src/sandbox/salesforce/server.ts";
import type { SalesforceSandbox } from "../../src/sandbox/salesforce/state.ts";
import { jumpingTimer, tokensOf } from "./world-tokens.ts";

/** A sandbox with an org that has Baton's package, and our client on it over real HTTP. Its waits move the sandbox's clock. */
export type SalesforceWorld = {
  sandbox: SalesforceSandbox;
  org: SandboxOrg;
  crm: ReturnType<typeof salesforce>;
  client: CrmClient;
  throttle: Throttle;
  now: () => Date;
  /** As whom Baton works. */
  ownUserId: string;
  /** Other software. */
  dialerId: string;
  reps: readonly [string, string];
  formerRep: string;
  queueId: string;
  /** How often the access token was refreshed. */
  refreshes: () => number;
  connect(options?: Partial<ConnectOptions>): CrmClient;
  stop(): Promise<void>;
};

/** As a person converts a lead with the page's own proposals, and no opportunity. */
export const conversionOf = (leadId: string, given: Partial<LeadConvert> = {}): LeadConvert => ({
  ...{ leadId, convertedStatus: "Closed - Converted", accountId: null, contactId: null, ownerId: null },
  ...{ opportunityId: null, opportunityName: null, doNotCreateOpportunity: true, overwriteLeadSource: false },
  ...given,
});

export const sync: Pay = { lane: "sync" };

/** Each page of leads that entered the status. */
export async function pagesOfEntered(
  client: Pick<CrmClient, "findEntered">,
  span: { from: Date; to: Date },
): Promise<EnteredLead[][]> {
  const pages: EnteredLead[][] = [];
  let after: string | null = null;
  do {
    const page: Page<EnteredLead> = await client.findEntered({ ...span, after }, sync);
    pages.push([...page.items]);
    after = page.next;
  } while (after !== null);
  return pages;
}

const startAt = Date.parse("2026-11-17T14:00:00Z");

type Org = { hasPackage?: boolean; leadAccountField?: string | null };

export async function startSalesforceWorld({
  hasPackage = true,
  leadAccountField = "Account__c",
}: Org = {}): Promise<SalesforceWorld> {
  const clock = createClock({ startAt, speed: 0 });
  const sandbox = await startSalesforce({ clock });
  const org = sandbox.addOrg({ name: "Acme", timeZone: "Europe/Berlin" });
  if (hasPackage) installPackage(org);
  org.addFields("Lead", "Account__c reference(Account) Account__r");
  const people = fillPeople(org);
  const settings: SalesforceSettings = {
    ...{ clientId: "baton", clientSecret: "secret", loginUrl: sandbox.url, pubSubUrl: sandbox.pubSubUrl },
    ...{ leadAccountField, holidayNames: ["Company day"], publicUrl: "https://app.example.com" },
  };
  const crm = salesforce(settings);
  const now = () => new Date(clock.now());
  const pot = createDayPot({ now: () => clock.now(), shares: { share: 0.5, urgent: 0.05 } });
  const throttle = crm.createThrottle({ monotonic: () => clock.now(), setTimer: jumpingTimer(clock), pot });
  const { accessToken, refreshToken } = sandbox.install({ orgId: org.id, userId: people.ownUserId });
  const source = tokensOf(crm, now, {
    ...{ accessToken, refreshToken, lifetimeMs: 7 * 86_400_000, instanceUrl: sandbox.url },
    expiresAt: new Date(startAt + 7 * 86_400_000).toISOString(),
  });
  const connect: SalesforceWorld["connect"] = (given) =>
    crm.connect({
      ...{ externalId: org.id, tokens: source.tokens, throttle, now, qualifyingStage: "MQL" },
      capabilities: { uniqueTaskKey: false, readsAvailability: false },
      timeZone: org.timeZone,
      ...given,
    });
  return {
    ...{ sandbox, org, crm, throttle, now, connect, ...people },
    client: connect(),
    refreshes: source.refreshes,
    async stop() {
      throttle.close();
      await sandbox.stop();
      clock.stop();
    },
  };
}

function fillPeople(org: SandboxOrg) {
  const profileNamed = (name: string) =>
    [...(org.tables.get("Profile")?.rows() ?? [])].find((row) => row.Name === name)?.Id ?? null;
  const [standard, apiOnly] = ["Standard User", "Minimum Access - API Only Integrations"].map(profileNamed);
  const user = (name: string, ProfileId: typeof standard, IsActive = true) => {
    const [FirstName = "", LastName = ""] = name.split(" ");
    const address = `${FirstName.toLowerCase()}@acme.example`;
    return putRow(org, "User", {
      ...{ FirstName, LastName, Name: name, Email: address, Username: address, IsActive, UserType: "Standard" },
      ...{ ProfileId: ProfileId ?? null, TimeZoneSidKey: "Europe/Berlin" },
    });
  };
  const queueId = putRow(org, "Group", { Name: "Inbound", DeveloperName: "Inbound", Type: "Queue" });
  putRow(org, "QueueSobject", { QueueId: queueId, SobjectType: "Lead" });
  return {
    ownUserId: user("Baton Integration", apiOnly),
    dialerId: user("Dialer Integration", apiOnly),
    reps: [user("Ada Berg", standard), user("Ben Cole", standard)] as const,
    formerRep: user("Cem Demir", standard, false),
    queueId,
  };
}
