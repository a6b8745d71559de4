import { associate, associatedIds } from "./associations.ts";
import { candidates } from "./indexes.ts";
import { isForward } from "./lifecycle.ts";
import type { AssociationType, Change, Portal, Source } from "./portal.ts";
import { findLiving } from "./record-store.ts";
import { createRecord, updateRecord } from "./records.ts";

/** How long after the change HubSpot's own automation acts: it is asynchronous (hubspot.md §4.5). */
const delayMs = 2_000;
const freeMail = new Set(
  "gmail.com googlemail.com outlook.com hotmail.com yahoo.com icloud.com gmx.de web.de".split(" "),
);

/** HubSpot's own doing in an account, as its settings switch it on: companies by domain, stages by deals. */
export function watchAutomation(portal: Portal): void {
  portal.listeners.push((change) => {
    const act = reaction(portal, change);
    if (act) portal.clock.at(change.at + delayMs, act);
    const reset = ownerReset(portal, change);
    if (reset) portal.clock.at(change.at, reset);
  });
}

/** A workflow that fights for the owner: it starts with the change, and its own change starts it no more. */
function ownerReset(portal: Portal, change: Change): (() => void) | undefined {
  const { ownerWorkflow } = portal.settings;
  if (ownerWorkflow === "off" || change.kind !== "propertyChange" || change.objectTypeId !== "0-1") return undefined;
  const to = ownerWorkflow === "clear" ? "" : ownerWorkflow;
  if (change.property !== "hubspot_owner_id" || change.value === to) return undefined;
  const source: Source = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:7" };
  return () => {
    if (!findLiving(portal, "0-1", change.objectId)) return;
    updateRecord(portal, "0-1", change.objectId, { hubspot_owner_id: to }, { source, version: "v3" });
  };
}

function reaction(portal: Portal, change: Change): (() => void) | undefined {
  const { autoAssociateCompanies, syncLifecycleWithDeals } = portal.settings;
  if (autoAssociateCompanies && change.kind === "creation" && change.objectTypeId === "0-1") {
    return () => linkCompany(portal, change.objectId);
  }
  if (!syncLifecycleWithDeals) return undefined;
  if (change.kind === "associationChange" && change.fromObjectTypeId === "0-3" && !change.removed) {
    return () => followDeal(portal, change.fromObjectId);
  }
  const isStage = change.kind === "propertyChange" && change.objectTypeId === "0-3" && change.property === "dealstage";
  return isStage ? () => followDeal(portal, change.objectId) : undefined;
}

function linkCompany(portal: Portal, contactId: string): void {
  const contact = findLiving(portal, "0-1", contactId);
  const domain = contact?.properties.get("hs_email_domain") ?? "";
  if (!contact || domain === "" || freeMail.has(domain)) return;
  if (associatedIds(portal, "0-1", contact.id, "0-2").length > 0) return;
  const source: Source = { type: "COMPANIES", id: "autoAssociate" };
  const known = (candidates(portal, "0-2", "domain", domain) ?? []).find((id) => {
    return findLiving(portal, "0-2", id)?.properties.get("domain") === domain;
  });
  const name = domain.split(".")[0] ?? domain;
  const toId = known ?? createRecord(portal, "0-2", { name, domain }, { source, version: "v3" }).id;
  const types: AssociationType[] = [{ category: "HUBSPOT_DEFINED", typeId: 1 }];
  associate(portal, { fromTypeId: "0-1", fromId: contact.id, toTypeId: "0-2", toId, types, source });
}

// hubspot.md §4.4: an associated deal makes its people `opportunity`, a won one `customer`.
function followDeal(portal: Portal, dealId: string): void {
  const deal = findLiving(portal, "0-3", dealId);
  if (!deal) return;
  const to = deal.properties.get("hs_is_closed_won") === "true" ? "customer" : "opportunity";
  const source: Source = { type: "DEALS", id: `dealId:${dealId}` };
  for (const typeId of ["0-1", "0-2"]) {
    for (const id of associatedIds(portal, "0-3", dealId, typeId)) {
      const from = findLiving(portal, typeId, id)?.properties.get("lifecyclestage") ?? "";
      if (isForward(portal, typeId, { from, to })) {
        updateRecord(portal, typeId, id, { lifecyclestage: to }, { source, version: "v3" });
      }
    }
  }
}
