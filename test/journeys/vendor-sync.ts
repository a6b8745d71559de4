import type { Clock } from "../../src/sandbox/clock.ts";
import type { HubspotRecord, Portal } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord as createContact, updateRecord as updateContact } from "../../src/sandbox/hubspot/records.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import type { SandboxOrg } from "../../src/sandbox/salesforce/sandbox-org.ts";
import type { Row } from "../../src/sandbox/salesforce/schema.ts";
import { createRecord, updateRecord } from "../../src/sandbox/salesforce/write-records.ts";

/**
 * An imitation of the sync that vendors sell between a portal and an org. Every `everyMs` it carries over what has changed
 * since its last look, under a user of its own in the org and as an integration in the portal: persons by their address,
 * with their owner by the owner's address. Where both changed, the org's owner wins; `alwaysPortal`: the portal's always
 * does, as an admin may have set it.
 */
export type VendorSync = {
  /** New persons of the portal come to the org; default: they do. */
  createsLeads: boolean;
  /** The stage that qualifies in the portal becomes the status that does in the org; default: it does not. */
  carriesStage: boolean;
  alwaysPortal: boolean;
  /** Owners that it set, oldest first. */
  owners: { where: "portal" | "org"; id: string; owner: string }[];
  stop(): void;
};

type Sides = { portal: Portal; org: SandboxOrg; clock: Clock; userId: string; queueId: string };

const integration = { source: { type: "INTEGRATION", id: "crm-sync" }, version: "2026-09" as const };

export function startVendorSync(sides: Sides, everyMs: number): VendorSync {
  const { portal, org, clock, userId, queueId } = sides;
  const seen = new Map<string, { portal: string; org: string }>();
  const users = () => [...tableOf(org, "User").rows()];
  const emailOfUser = (id: unknown) => String(users().find((user) => user.Id === id)?.Email ?? "");
  const userOf = (email: string) => users().find((user) => user.Email === email)?.Id ?? queueId;
  const emailOfOwner = (id: string) => (portal.owners.get(id)?.email ?? "").toLowerCase();
  const ownerOf = (email: string) =>
    [...portal.owners.values()].find((owner) => owner.email?.toLowerCase() === email)?.id ?? "";
  const inOrg = <T>(run: Parameters<typeof actIn<T>>[2]) =>
    actIn(org, { ...personIn(org, userId), origin: "com/vendor/sync;client=crm-sync" }, run);
  const leadOf = (email: string): Row | undefined =>
    [...tableOf(org, "Lead").rows()].find((row) => row.Email === email && row.IsDeleted !== true);
  const state: VendorSync = {
    createsLeads: true,
    carriesStage: false,
    alwaysPortal: false,
    owners: [],
    stop: () => cancel(),
  };

  function toOrg(lead: Row, owner: string): void {
    const OwnerId = String(userOf(owner));
    inOrg((writing) => updateRecord(writing, tableOf(org, "Lead").object, String(lead.Id), { OwnerId }));
    state.owners.push({ where: "org", id: String(lead.Id), owner });
  }

  function toPortal({ id }: HubspotRecord, owner: string): void {
    updateContact(portal, "0-1", id, { hubspot_owner_id: ownerOf(owner) }, integration);
    state.owners.push({ where: "portal", id, owner });
  }

  function carry(contact: HubspotRecord): void {
    const property = (name: string) => contact.properties.get(name) ?? "";
    const email = property("email");
    const lead = email === "" ? undefined : leadOf(email);
    if (lead === undefined) {
      if (state.createsLeads && email !== "" && property("lifecyclestage") === "marketingqualifiedlead")
        create(contact, email);
      return;
    }
    const [here, there] = [emailOfOwner(property("hubspot_owner_id")), emailOfUser(lead.OwnerId)];
    const last = seen.get(email) ?? { portal: here, org: "" };
    if (state.alwaysPortal && here !== there && here !== "") toOrg(lead, here);
    else if (there !== last.org && there !== here && there !== "") toPortal(contact, there);
    else if (here !== last.portal && here !== there) toOrg(lead, here);
    const now = leadOf(email);
    seen.set(email, {
      portal: emailOfOwner(contact.properties.get("hubspot_owner_id") ?? ""),
      org: emailOfUser(now?.OwnerId),
    });
    if (state.carriesStage && property("lifecyclestage") === "marketingqualifiedlead" && lead.Status !== "MQL")
      inOrg((writing) => updateRecord(writing, tableOf(org, "Lead").object, String(lead.Id), { Status: "MQL" }));
  }

  function create(contact: HubspotRecord, email: string): void {
    const property = (name: string) => contact.properties.get(name) ?? null;
    const owner = emailOfOwner(property("hubspot_owner_id") ?? "");
    const fields: Row = {
      ...{ Email: email, FirstName: property("firstname"), LastName: property("lastname") ?? "Unknown" },
      ...{ Company: property("company") ?? "Unknown", Country: property("country") },
      OwnerId: owner === "" ? queueId : String(userOf(owner)),
    };
    inOrg((writing) => createRecord(writing, tableOf(org, "Lead").object, fields));
    seen.set(email, { portal: owner, org: owner });
  }

  function fromOrg(): void {
    for (const lead of tableOf(org, "Lead").rows()) {
      const email = String(lead.Email ?? "");
      const isThere = [...(portal.records.get("0-1")?.values() ?? [])].some(
        (contact) => contact.properties.get("email") === email,
      );
      // The portal takes nobody back who was deleted for privacy's sake.
      if (email === "" || isThere || !state.createsLeads || portal.erasedEmails.has(email)) continue;
      const properties = { email, firstname: String(lead.FirstName ?? ""), lastname: String(lead.LastName ?? "") };
      createContact(portal, "0-1", properties, integration);
    }
  }

  function look(): void {
    for (const contact of [...(portal.records.get("0-1")?.values() ?? [])])
      if (contact.archivedAt === null) carry(contact);
    fromOrg();
    cancel = clock.at(clock.now() + everyMs, look);
  }
  let cancel = clock.at(clock.now() + everyMs, look);
  return state;
}
