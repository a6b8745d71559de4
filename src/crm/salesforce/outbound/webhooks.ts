import { createHmac, timingSafeEqual } from "node:crypto";
import { Invalid } from "../../../errors.ts";
import type { CrmWebhooks, SignedRequest } from "../../crm.ts";
import { to18 } from "../ids.ts";
import type { SalesforceSettings } from "../settings.ts";
import { readMessage } from "./read-message.ts";
import { toDelivery } from "./to-delivery.ts";

const prefix = "/salesforce/outbound/";

/** Without it Salesforce sends the message again, for a day (salesforce.md §1.5). */
const acknowledgement = [
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>',
  '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>',
  "</soapenv:Body></soapenv:Envelope>",
].join("");

/**
 * Outbound messages, for orgs without change events. They carry no signature: each org has an address that nobody can
 * guess, and the organization that a message names must be the one whose address it came to (salesforce.md §1.5).
 */
export function outboundMessages({ clientSecret }: Pick<SalesforceSettings, "clientSecret">): CrmWebhooks {
  const pathOf = (externalId: string): string => `${prefix}${secretOf(clientSecret, externalId)}`;
  return {
    path: `${prefix}:secret`,
    pathOf,
    mediaType: "text/xml",
    whyForged: (request) => whyForged(request, pathOf),
    parseDelivery: toDelivery,
    acknowledgement,
  };
}

/** Derived, so that nothing has to be stored; another client secret makes another address. */
const secretOf = (clientSecret: string, externalId: string): string =>
  createHmac("sha256", clientSecret)
    .update(`outbound messages of ${to18(externalId) ?? externalId}`)
    .digest("base64url");

/** Where an organization may be named: for who reads no further than that. */
const mayName = /OrganizationId\s*>\s*(\w{15}(?:\w{3})?)\s*</;

/**
 * To parse a large document takes a quarter of a second, which nobody gets who knows no address: it is only looked for an
 * organization before. Whose message it is, the parser tells.
 */
function whyForged({ target, body }: SignedRequest, pathOf: (externalId: string) => string): string | null {
  const document = Buffer.from(body).toString("utf8");
  const [, named] = mayName.exec(document) ?? [];
  if (named === undefined || to18(named) === null) return "no-message";
  if (!isSame(target, pathOf(named))) return "wrong-address";
  try {
    const { organizationId } = readMessage(document);
    return isSame(target, pathOf(organizationId)) ? null : "wrong-address";
  } catch (error) {
    // What is no message names no organization, and so proves nothing.
    if (error instanceof Invalid) return "no-message";
    throw error;
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
