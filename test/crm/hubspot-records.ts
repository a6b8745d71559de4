import type { Portal, Source } from "../../src/sandbox/hubspot/portal.ts";
import { createRecord } from "../../src/sandbox/hubspot/records.ts";
import { parseSeed, seedPortal } from "../../src/sandbox/hubspot/seed.ts";

export const mql = { lifecyclestage: "marketingqualifiedlead" };

const form: Source = { type: "FORM", id: "form:1" };

/** Three owners: 11 and 12 work, 13 has left. */
export function fillPortal(portal: Portal): void {
  const owners = [
    { id: "11", userId: 101, email: "ann@corp.example", firstName: "Ann", lastName: "Ash", teams: [{ id: "1" }] },
    { id: "12", userId: 102, email: "bob@corp.example", firstName: "Bob", lastName: "Birch" },
    { id: "13", userId: 103, email: "eve@corp.example", firstName: "Eve", lastName: "Elm", archived: true },
    { id: "14", userId: 104, email: "queue@corp.example", firstName: "", lastName: "", type: "QUEUE" },
  ];
  seedPortal(portal, parseSeed({ teams: [{ id: "1", name: "DACH Sales" }], owners }));
}

type Link = { toTypeId: string; toId: string; typeId: number };

/** A record as some other part of HubSpot creates it; its id. */
export function recordIn(
  portal: Portal,
  typeId: string,
  properties: Record<string, string>,
  links: readonly Link[] = [],
  source: Source = form,
): string {
  const associations = links.map((link) => ({
    toTypeId: link.toTypeId,
    toId: link.toId,
    types: [{ category: "HUBSPOT_DEFINED" as const, typeId: link.typeId }],
  }));
  return createRecord(portal, typeId, properties, { source, version: "v3", associations }).id;
}

/** A contact, with its primary company when it has one. */
export function contactIn(
  portal: Portal,
  { properties = {}, companyId }: { properties?: Record<string, string>; companyId?: string | undefined },
): string {
  return recordIn(
    portal,
    "0-1",
    properties,
    companyId === undefined ? [] : [{ toTypeId: "0-2", toId: companyId, typeId: 1 }],
  );
}
