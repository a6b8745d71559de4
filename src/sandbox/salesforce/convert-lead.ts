import { convertedAccount, convertedContact, convertedOpportunity } from "./conversion-values.ts";
import { dateIn } from "./derive.ts";
import { SalesforceError } from "./errors.ts";
import { findNamed } from "./find-named.ts";
import { type Org, tableOf } from "./org.ts";
import { checkRules } from "./record-rules.ts";
import type { Row } from "./schema.ts";
import { changeRow, insertRow, updateRow, type Writing } from "./write-records.ts";

/** What is asked of a conversion (salesforce.md §4.9). Ids of 15 or 18 characters; null: a new record, the Lead's owner. */
export type LeadConvert = {
  leadId: string;
  /** A LeadStatus with IsConverted. */
  convertedStatus: string;
  accountId: string | null;
  /** Of that account. */
  contactId: string | null;
  opportunityId: string | null;
  /** Of the records that are new. */
  ownerId: string | null;
  doNotCreateOpportunity: boolean;
  /** The Lead's company by default. */
  opportunityName: string | null;
  /** Does the Lead's source replace that of the contact which is there? */
  overwriteLeadSource: boolean;
};

export type ConvertedLead = { leadId: string; accountId: string; contactId: string; opportunityId: string | null };

/**
 * Makes an Account, a Contact and, unless it is not wanted, an Opportunity of a Lead, or links it to those that are there,
 * whose empty fields it fills; what hung on the Lead hangs on the Contact then. Throws SalesforceError.
 */
export function convertLead(given: Writing, asked: LeadConvert): ConvertedLead {
  const { org } = given;
  // Rules that assign owners are asked for the Lead that comes in, never for what is made of it.
  const writing = { ...given, writer: { ...given.writer, autoAssign: false } };
  const lead = findNamed(org, "Lead", asked.leadId);
  checkConversion(org, lead, asked);
  const ownerId = ownerOf(org, lead, asked);
  const accountId = accountFor(writing, lead, { asked, ownerId });
  const contactId = contactFor(writing, lead, { asked, ownerId, accountId });
  const opportunityId = opportunityFor(writing, lead, { asked, ownerId, accountId });
  const leadId = String(lead.Id);
  const values = {
    ...{ Status: asked.convertedStatus, IsConverted: true, ConvertedDate: dateIn(org.timeZone, org.clock.now()) },
    ...{ ConvertedAccountId: accountId, ConvertedContactId: contactId, ConvertedOpportunityId: opportunityId },
    IsUnreadByOwner: false,
  };
  checkRules({ object: "Lead", before: lead, row: { ...lead, ...values } }, org, writing.writer.userId);
  changeRow(writing, objectOf(org, "Lead"), leadId, values);
  if (opportunityId !== null && asked.opportunityId === null)
    insertRow(writing, objectOf(org, "OpportunityContactRole"), {
      ...{ OpportunityId: opportunityId, ContactId: contactId, IsPrimary: true },
    });
  rehang(writing, leadId, { contactId, whatId: opportunityId ?? accountId });
  return { leadId, accountId, contactId, opportunityId };
}

const objectOf = (org: Org, name: string) => tableOf(org, name).object;

const refuse = (errorCode: string, message: string, fields: readonly string[] = []): never => {
  throw new SalesforceError(400, { errorCode, message, fields });
};

function checkConversion(org: Org, lead: Row, { convertedStatus, accountId, contactId }: LeadConvert): void {
  if (lead.IsConverted === true) refuse("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead");
  const statuses = [...tableOf(org, "LeadStatus").rows()];
  if (!statuses.some(({ ApiName, IsConverted }) => IsConverted === true && ApiName === convertedStatus))
    refuse("INVALID_STATUS", `invalid convertedStatus: ${convertedStatus}`);
  // Under which codes these are refused is not documented: a guess.
  if (contactId !== null && accountId === null)
    refuse("REQUIRED_FIELD_MISSING", "accountId is required when contactId is given", ["accountId"]);
}

function ownerOf(org: Org, lead: Row, { ownerId }: LeadConvert): string {
  if (ownerId !== null) return String(findNamed(org, "User", ownerId).Id);
  const owner = String(lead.OwnerId);
  if (tableOf(org, "User").get(owner) === undefined)
    refuse(
      "FIELD_INTEGRITY_EXCEPTION",
      "Converted objects can only be owned by users. If the lead is not owned by a user, you must specify a user for the Owner field.",
      ["OwnerId"],
    );
  return owner;
}

type Part = { asked: LeadConvert; ownerId: string };

function accountFor(writing: Writing, lead: Row, { asked, ownerId }: Part): string {
  const { org } = writing;
  const values = convertedAccount(lead);
  if (asked.accountId === null) return insert(writing, "Account", { ...values, OwnerId: ownerId });
  return fill(writing, "Account", { row: findNamed(org, "Account", asked.accountId), values, overwritten: {} });
}

function contactFor(writing: Writing, lead: Row, { asked, ownerId, accountId }: Part & { accountId: string }): string {
  const { org } = writing;
  const values = { ...convertedContact(lead), AccountId: accountId };
  if (asked.contactId === null) return insert(writing, "Contact", { ...values, OwnerId: ownerId });
  const row = findNamed(org, "Contact", asked.contactId);
  if (typeof row.AccountId === "string" && row.AccountId !== accountId)
    refuse("FIELD_INTEGRITY_EXCEPTION", "the contact belongs to another account", ["contactId"]);
  const overwritten = asked.overwriteLeadSource ? { LeadSource: lead.LeadSource ?? null } : {};
  return fill(writing, "Contact", { row, values, overwritten });
}

function opportunityFor(
  writing: Writing,
  lead: Row,
  { asked, ownerId, accountId }: Part & { accountId: string },
): string | null {
  const { org } = writing;
  if (asked.opportunityId !== null) {
    const row = findNamed(org, "Opportunity", asked.opportunityId);
    return fill(writing, "Opportunity", { row, values: { AccountId: accountId }, overwritten: {} });
  }
  if (asked.doNotCreateOpportunity) return null;
  const Name = asked.opportunityName ?? lead.Company ?? null;
  return insert(writing, "Opportunity", { ...convertedOpportunity(org), Name, AccountId: accountId, OwnerId: ownerId });
}

/** Without what the org's object does not have. */
function insert(writing: Writing, name: string, values: Row): string {
  const object = objectOf(writing.org, name);
  return insertRow(
    writing,
    object,
    only(values, (field) => object.fields.some((known) => known.name === field)),
  );
}

/** Fills what is empty, and changes nothing when nothing is. */
function fill(
  writing: Writing,
  name: string,
  { row, values, overwritten }: { row: Row; values: Row; overwritten: Row },
): string {
  const object = objectOf(writing.org, name);
  const isNew = (field: string) => (row[field] ?? null) === null && (values[field] ?? null) !== null && field in row;
  const changed = { ...only(values, isNew), ...overwritten };
  const id = String(row.Id);
  if (Object.keys(changed).length > 0) updateRow(writing, object, id, changed);
  return id;
}

const only = (values: Row, isWanted: (field: string) => boolean): Row =>
  Object.fromEntries(Object.entries(values).filter(([field]) => isWanted(field)));

/** Activities and campaigns of the Lead are the Contact's from now on. */
function rehang(writing: Writing, leadId: string, { contactId, whatId }: { contactId: string; whatId: string }): void {
  const move = (name: string, field: string, values: Row): void => {
    const table = tableOf(writing.org, name);
    const hanging = [...table.withValues(field, [leadId])].filter(({ IsDeleted }) => IsDeleted !== true);
    for (const { Id } of hanging) changeRow(writing, table.object, String(Id), values);
  };
  move("Task", "WhoId", { WhoId: contactId, WhatId: whatId });
  move("Event", "WhoId", { WhoId: contactId, WhatId: whatId });
  move("CampaignMember", "LeadId", { ContactId: contactId });
}
