import type { z } from "zod";
import { CrmError } from "../../errors.ts";
import type { Receipt } from "../../model/operation.ts";
import type { LeadConversion } from "../../model/task.ts";
import type { Pay } from "../crm.ts";
import { text } from "../values.ts";
import { convertResults } from "./answers.ts";
import type { Context } from "./context.ts";
import { presentObjects } from "./describe.ts";
import { codeOf } from "./errors.ts";
import { ownerOf } from "./fields.ts";
import { to18 } from "./ids.ts";
import { query, queryTogether, type Row } from "./query.ts";
import { realIds } from "./read.ts";
import { receiptOfError, receiptOfFailure } from "./receipts.ts";
import { apiVersion } from "./settings.ts";
import type { LeadConvert } from "./soap.ts";
import { soql } from "./soql.ts";
import type { Receipts } from "./update-records.ts";

/** salesforce.md §4.9: leads of one call. */
const mostAtOnce = 100;

type Ready = LeadConversion & { contactId: string | null };

/**
 * See CrmClient. REST has no resource for it: it is the Partner API's (salesforce.md §4.9). Somebody of the account who has the
 * lead's e-mail already becomes the contact, unless several have it or it is another owner's. Three calls, and one more the first
 * time.
 */
export async function convertLeads(
  context: Context,
  conversions: readonly LeadConversion[],
  pay: Pay,
): Promise<ReadonlyMap<string, Receipt>> {
  const receipts: Receipts = new Map();
  let turn = pay;
  for (let from = 0; from < conversions.length; from += mostAtOnce) {
    await convertSome(context, { some: conversions.slice(from, from + mostAtOnce), receipts }, turn);
    turn = { lane: pay.lane };
  }
  turn.permit?.release();
  return receipts;
}

async function convertSome(
  context: Context,
  { some, receipts }: { some: readonly LeadConversion[]; receipts: Receipts },
  pay: Pay,
): Promise<void> {
  const later = { lane: pay.lane };
  try {
    const leads = await leadsOf(context, some, pay);
    const open = some.filter((conversion) => {
      const receipt = settledBy(conversion, leads.get(to18(conversion.leadId) ?? ""));
      if (receipt !== null) receipts.set(conversion.key, receipt);
      return receipt === null;
    });
    if (open.length === 0) return;
    const status = await convertedStatus(context, later);
    const contacts = await contactsOf(context, { open, leads }, later);
    const ready = open.flatMap((conversion): Ready[] => {
      const found = contacts.get(conversion.key) ?? [];
      const refusal = status === null ? noStatus : refusalBy(conversion, found);
      if (refusal !== null) receipts.set(conversion.key, refusal);
      return refusal === null ? [{ ...conversion, contactId: text(found[0] ?? {}, "Id") }] : [];
    });
    if (ready.length > 0 && status !== null) await send(context, { ready, status, receipts }, later);
  } catch (error) {
    if (!(error instanceof CrmError) || error.kind === "unauthorized-final") throw error;
    // Before it was sent: what was settled by then stands.
    const receipt = receiptOfError(error, context.now());
    for (const { key } of some) if (!receipts.has(key)) receipts.set(key, receipt);
  }
}

async function leadsOf(context: Context, some: readonly LeadConversion[], pay: Pay): Promise<ReadonlyMap<string, Row>> {
  const ids = realIds(some.map(({ leadId }) => leadId));
  if (ids.length === 0) {
    pay.permit?.release();
    return new Map();
  }
  const rows = await query(
    context,
    soql`SELECT Id, OwnerId, Email, IsConverted, ConvertedContactId FROM Lead WHERE Id IN ${ids}`,
    pay,
  );
  return new Map(rows.map((row) => [text(row, "Id") ?? "", row]));
}

/** Null: it is to be converted. An account of another CRM has no contacts here. */
function settledBy({ ownerId, accountId }: LeadConversion, lead: Row | undefined): Receipt | null {
  if (lead === undefined || to18(accountId) === null) return { kind: "gone" };
  if (lead.IsConverted === true) return { kind: "already-true", crmId: text(lead, "ConvertedContactId") };
  return ownerOf(lead) === ownerId ? null : { kind: "yielded", toOwnerId: ownerOf(lead) };
}

/** The first of the org's own words for it (salesforce.md §4.9). */
function convertedStatus(context: Context, pay: Pay): Promise<string | null> {
  const { memory } = context;
  memory.convertedStatus ??= queryTogether(
    context,
    ["SELECT ApiName FROM LeadStatus WHERE IsConverted = true ORDER BY SortOrder LIMIT 1"],
    pay,
  )
    .then(([rows = []]) => text(rows[0] ?? {}, "ApiName"))
    .catch((error: unknown) => {
      memory.convertedStatus = null;
      throw error;
    });
  return memory.convertedStatus;
}

const noStatus: Receipt = {
  ...{ kind: "refused", because: "The org has no lead status that says that a lead is converted." },
  ...{ rule: "no-converted-status", fields: ["Status"] },
};

/** By key: those of the account who have the lead's e-mail. */
async function contactsOf(
  context: Context,
  { open, leads }: { open: readonly LeadConversion[]; leads: ReadonlyMap<string, Row> },
  pay: Pay,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const emailOf = ({ leadId }: LeadConversion) =>
    text(leads.get(to18(leadId) ?? "") ?? {}, "Email")?.toLowerCase() ?? null;
  const emails = [...new Set(open.flatMap((conversion) => emailOf(conversion) ?? []))];
  const accountIds = realIds(open.map(({ accountId }) => accountId));
  if (emails.length === 0 || accountIds.length === 0) return new Map();
  const { there, turn } = await presentObjects(context, ["Contact"], pay);
  if (!there.has("Contact")) return new Map();
  const rows = await query(
    context,
    soql`SELECT Id, Email, AccountId, OwnerId FROM Contact WHERE AccountId IN ${accountIds} AND Email IN ${emails} ORDER BY Id`,
    turn,
  );
  const isOf = (row: Row, conversion: LeadConversion) =>
    text(row, "AccountId") === to18(conversion.accountId) && text(row, "Email")?.toLowerCase() === emailOf(conversion);
  return new Map(open.map((conversion) => [conversion.key, rows.filter((row) => isOf(row, conversion))]));
}

function refusalBy({ ownerId }: LeadConversion, found: readonly Row[]): Receipt | null {
  const refused = (because: string): Receipt => ({
    kind: "refused",
    because,
    rule: "contact-exists",
    fields: ["Email"],
  });
  if (found.length > 1) return refused("Several contacts of the account have the lead's e-mail.");
  const isOthers = found[0] !== undefined && ownerOf(found[0]) !== ownerId;
  return isOthers ? refused("A contact of the account has the lead's e-mail, and another owner.") : null;
}

async function send(
  context: Context,
  { ready, status, receipts }: { ready: readonly Ready[]; status: string; receipts: Receipts },
  pay: Pay,
): Promise<void> {
  const convertLead = ready.map(
    ({ leadId, accountId, ownerId, contactId }): LeadConvert => ({
      ...{ leadId, accountId, ownerId, convertedStatus: status },
      ...(contactId === null ? {} : { contactId }),
      ...{ doNotCreateOpportunity: true, overwriteLeadSource: false, sendNotificationEmail: false },
    }),
  );
  const path = `/services/Soap/u/${apiVersion}`;
  const request = { method: "POST", path, effect: "write", soap: { convertLead } } as const;
  const results = await context.api(request, convertResults, pay);
  for (const [index, { key }] of ready.entries()) receipts.set(key, receiptOf(results[index], context.now()));
}

function receiptOf(result: z.infer<typeof convertResults>[number] | undefined, now: Date): Receipt {
  const { success = false, contactId = null, errors = [] } = result ?? {};
  if (success) return { kind: "done", crmId: contactId };
  // Somebody converted it between our look and our call.
  if (errors.some((failure) => codeOf(failure) === "CANNOT_UPDATE_CONVERTED_LEAD"))
    return { kind: "already-true", crmId: null };
  return receiptOfFailure(errors, { now, setsOwner: true });
}
