import { escapeMarkup } from "../../html.ts";
import type { Org } from "../org.ts";
import type { Row, SObject } from "../schema.ts";

export type Outgoing = { id: string; row: Row };

export type Sender = Pick<Org, "id"> & { instanceUrl: string; actionId: string };

/** The body of an outbound message with its notifications; fields that are empty are left out (salesforce.md §1.5). */
export function envelopeOf(
  { id, instanceUrl, actionId }: Sender,
  object: SObject,
  { fields, notifications }: { fields: readonly string[]; notifications: readonly Outgoing[] },
): string {
  const element = (name: string, text: string): string => `<${name}>${escapeMarkup(text)}</${name}>`;
  const valuesOf = (row: Row): string =>
    ["Id", ...fields]
      .flatMap((name) => {
        const text = textOf(object, row, name);
        return text === null ? [] : [element(`sf:${name}`, text)];
      })
      .join("");
  const each = notifications.map(
    ({ id: notificationId, row }) =>
      `<Notification>${element("Id", notificationId)}<sObject xsi:type="sf:${object.name}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${valuesOf(row)}</sObject></Notification>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"',
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>',
    '<notifications xmlns="http://soap.sforce.com/2005/09/outbound">',
    element("OrganizationId", id),
    element("ActionId", actionId),
    // Nobody gets a session any more (salesforce.md §1.5).
    '<SessionId xsi:nil="true"/>',
    element("EnterpriseUrl", `${instanceUrl}/services/Soap/c/66.0/${id}`),
    element("PartnerUrl", `${instanceUrl}/services/Soap/u/66.0/${id}`),
    ...each,
    "</notifications></soapenv:Body></soapenv:Envelope>",
  ].join("");
}

function textOf(object: SObject, row: Row, name: string): string | null {
  const value = row[name] ?? null;
  if (value === null || value === "") return null;
  const type = object.fields.find((field) => field.name === name)?.type;
  return type === "datetime" && typeof value === "number" ? new Date(value).toISOString() : String(value);
}
