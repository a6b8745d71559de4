import { csvLine } from "../csv.ts";
import type { AccountEntry } from "../engine/match/entries.ts";
import type { Matching } from "../engine/match/matching.ts";
import type { Lead } from "../model/lead.ts";
import { accountsAfter } from "../store/accounts.ts";
import type { Query } from "../store/db.ts";
import { labelledLeads } from "../store/match-reviews.ts";
import { toAccountEntry, toLeadEntry } from "./account-entries.ts";
import type { Said } from "./said.ts";

const pageSize = 1_000;

/**
 * The accounts of a connection as `baton match` reads them, as the CRM has them: the names and domains that answers and
 * contacts taught are left out, for the leads that taught them are exported as well, and would be matched by their own labels.
 */
export async function* exportAccounts(
  db: Query,
  connectionId: string,
  { otherNames }: Pick<Matching, "otherNames">,
): AsyncGenerator<Said> {
  const parts = "account_id,name,website,other_domains,other_names,billing_country,billing_state,billing_city";
  yield { csv: csvLine([...parts.split(","), "billing_postal_code", "phone", "parent_account_id"]) };
  for (let after = ""; ; ) {
    const accounts = await accountsAfter(db, connectionId, { after, limit: pageSize });
    const last = accounts.at(-1);
    if (last === undefined) break;
    after = last.id;
    for (const account of accounts) yield { csv: accountLine(toAccountEntry(account, { otherNames })) };
  }
}

const accountLine = ({ otherNames, otherDomains, ...account }: AccountEntry): string =>
  csvLine([
    ...[account.id, account.name, account.website, otherDomains.join(";"), otherNames.join("|")],
    ...[account.country, account.state, account.city, account.postalCode, account.phone, account.parentId],
  ]);

/**
 * Leads of which somebody said which account they belong to: a reviewer, or the CRM itself. One of which a reviewer only
 * said that it does not belong to the account in question has none.
 */
export async function* exportLeads(db: Query, connectionId: string): AsyncGenerator<Said> {
  const parts = "lead_id,email,company,website,country,state,city,postal_code,phone,true_account_id,slice";
  yield { csv: csvLine(parts.split(",")) };
  for (let after = ""; ; ) {
    const leads = await labelledLeads(db, connectionId, { after, limit: pageSize });
    const last = leads.at(-1);
    if (last === undefined) break;
    after = last.leadId;
    for (const { lead, accountId, by } of leads) yield { csv: leadLine(lead, accountId, by) };
  }
}

function leadLine(lead: Lead, accountId: string | null, by: string): string {
  const { email, company, website, country, state, city, postalCode, phone } = toLeadEntry(lead);
  return csvLine([lead.id, email, company, website, country, state, city, postalCode, phone, accountId, by]);
}
