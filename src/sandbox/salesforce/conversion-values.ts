import { dateIn } from "./derive.ts";
import { type Org, tableOf } from "./org.ts";
import type { Row, Value } from "./schema.ts";

/** Parts of an address, those of state and country picklists too. */
const addressParts = ["Street", "City", "State", "PostalCode", "Country", "StateCode", "CountryCode"];

function address(lead: Row, prefix: string): Row {
  return Object.fromEntries(addressParts.map((part) => [`${prefix}${part}`, lead[part] ?? null]));
}

/** Fields of the same name on both sides. */
function same(lead: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, lead[name] ?? null]));
}

/** What the standard mapping makes an Account of; some of it an org may not have. */
export function convertedAccount(lead: Row): Row {
  return {
    ...same(lead, ["Website", "Industry", "NumberOfEmployees", "AnnualRevenue", "Phone"]),
    ...withCurrency(lead),
    ...{ Name: lead.Company ?? null, AccountSource: lead.LeadSource ?? null },
    ...address(lead, "Billing"),
  };
}

/** As `convertedAccount`, of a Contact. */
export function convertedContact(lead: Row): Row {
  const names = ["FirstName", "LastName", "Salutation", "Title", "Email", "Phone", "MobilePhone", "LeadSource"];
  return {
    ...same(lead, [...names, "Description"]),
    ...withCurrency(lead),
    ...{ HasOptedOutOfEmail: lead.HasOptedOutOfEmail ?? false, DoNotCall: lead.DoNotCall ?? false },
    ...address(lead, "Mailing"),
  };
}

const withCurrency = ({ CurrencyIsoCode }: Row): Row => (CurrencyIsoCode === undefined ? {} : { CurrencyIsoCode });

/** Its first open stage, and the last day of the quarter. */
export function convertedOpportunity(org: Org): Row {
  const stages = [...tableOf(org, "OpportunityStage").rows()].filter(({ IsClosed }) => IsClosed !== true);
  stages.sort((a, b) => Number(a.SortOrder) - Number(b.SortOrder));
  const StageName: Value = stages[0]?.ApiName ?? null;
  return { StageName, CloseDate: quarterEnd(dateIn(org.timeZone, org.clock.now())) };
}

/** "2026-12-31" of "2026-11-17". */
function quarterEnd(date: string): string {
  const [year = 0, month = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year, Math.ceil(month / 3) * 3, 0)).toISOString().slice(0, 10);
}
