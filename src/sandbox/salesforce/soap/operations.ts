import { convertLead, type LeadConvert } from "../convert-lead.ts";
import { type ErrorEntry, SalesforceError } from "../errors.ts";
import { mergeRecords } from "../merge-records.ts";
import { type Org, tableOf } from "../org.ts";
import type { Unit } from "../unit.ts";
import type { Writer, Writing } from "../write-records.ts";
import type { XmlContent } from "./envelope.ts";
import { childAt, textAt, type XmlElement } from "./read-xml.ts";
import { valuesIn } from "./values.ts";

/** An operation that writes: each element of this name is a transaction of its own, and has a result in its place. */
export type Operation = {
  input: string;
  most: number;
  /** The result of one; throws SalesforceError. */
  run(writing: Writing, input: XmlElement): XmlContent;
  /** What a result has beside its errors when it failed. */
  failed: XmlContent & object;
};

/** By name (salesforce.md §4.9; how many merges a call takes is a guess). */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["convertLead", { input: "leadConverts", most: 100, run: convert, failed: {} }],
  ["merge", { input: "mergeRequests", most: 200, run: merge, failed: { mergedRecordIds: [], updatedRelatedIds: [] } }],
]);

/** Each by itself: what is refused is told in its result. */
export function runAll(
  { input, run, failed }: Operation,
  element: XmlElement,
  { unit, writer }: { unit: Unit; writer: Writer },
): XmlContent[] {
  const asked = element.children.filter(({ name }) => name === input);
  return asked.map((one) => {
    try {
      return unit.write(writer, (writing) => run(writing, one));
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      return { ...failed, errors: error.entries.map(errorOf), success: false };
    }
  });
}

function errorOf({ errorCode, message, fields = [] }: ErrorEntry): XmlContent {
  return { fields, message, statusCode: errorCode };
}

function convert(writing: Writing, element: XmlElement): XmlContent {
  const flag = (name: string): boolean => textAt(element, name) === "true";
  const asked: LeadConvert = {
    leadId: textAt(element, "leadId") ?? "",
    convertedStatus: textAt(element, "convertedStatus") ?? "",
    accountId: textAt(element, "accountId"),
    contactId: textAt(element, "contactId"),
    opportunityId: textAt(element, "opportunityId"),
    ownerId: textAt(element, "ownerId"),
    opportunityName: textAt(element, "opportunityName"),
    doNotCreateOpportunity: flag("doNotCreateOpportunity"),
    overwriteLeadSource: flag("overwriteLeadSource"),
  };
  return { ...convertLead(writing, asked), success: true };
}

function merge(writing: Writing, element: XmlElement): XmlContent {
  const record = childAt(element, "masterRecord");
  const type = record === null ? null : textAt(record, "type");
  if (record === null || type === null)
    throw new SalesforceError(400, { errorCode: "INVALID_TYPE", message: "masterRecord has no type" });
  const { masterId, loserIds, relatedIds } = mergeRecords(writing, {
    object: nameOf(writing.org, type),
    masterId: textAt(record, "Id") ?? "",
    loserIds: element.children.filter(({ name }) => name === "recordToMergeIds").map(({ text }) => text),
    values: valuesIn(record, tableOf(writing.org, nameOf(writing.org, type)).object),
  });
  return { id: masterId, mergedRecordIds: loserIds, success: true, updatedRelatedIds: relatedIds };
}

/** Names of objects are written in any case. Throws of one that the org does not have. */
function nameOf(org: Org, type: string): string {
  const object = org.objects.get(type.toLowerCase());
  if (object !== undefined) return object.name;
  throw new SalesforceError(400, {
    errorCode: "INVALID_TYPE",
    message: `sObject type '${type}' is not supported.`,
  });
}
