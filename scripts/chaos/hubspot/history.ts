import type { HubspotSandbox } from "../../../src/sandbox/hubspot/sandbox.ts";
import type { Line } from "../crm.ts";
import { inputsOf } from "./truth.ts";

type Place = { portalId: number; leadId: string };

/** The webhooks about a contact, and the calls. */
export const storyOf = (hubspot: HubspotSandbox, place: Place): Line[] => [
  ...ofDeliveries(hubspot, place),
  ...ofCalls(hubspot, place),
];

function ofDeliveries(hubspot: HubspotSandbox, { portalId, leadId }: Place): Line[] {
  return hubspot.webhooks.deliveries.list({ portalId }).flatMap(({ at, status, error, events }) =>
    events
      .filter((event) => event.portalId === portalId && String(event.objectId) === leadId)
      .map(({ propertyName, propertyValue, attemptNumber, occurredAt }) => ({
        at,
        text: `webhook of ${new Date(occurredAt).toISOString()} ${propertyName ?? ""}=${propertyValue ?? ""}, try ${attemptNumber}: ${status ?? error ?? "no answer"}`,
      })),
  );
}

function ofCalls(hubspot: HubspotSandbox, { portalId, leadId }: Place): Line[] {
  return hubspot.requests
    .list({ portalId })
    .filter(({ body }) => isAbout(body, leadId))
    .map(({ at, route, status, fault, applied, body }) => {
      const owner = inputsOf(body).find(({ id }) => id === leadId)?.properties.hubspot_owner_id;
      const bent = fault === null ? "" : `, bent: ${fault}`;
      return {
        at,
        text: `call ${route}${owner === undefined ? "" : ` owner=${owner}`}: ${status}, ${applied ? "done" : "not done"}${bent}`,
      };
    });
}

/** As the record itself, or as what a task is associated with. */
const isAbout = (body: unknown, leadId: string) =>
  new RegExp(`"id":"?${leadId}"?[,}]`).test(JSON.stringify(body) ?? "");
