import type { Account } from "../../model/account.ts";
import type { Doubt, Past, Version } from "../../model/past.ts";
import type { Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import { accountTeams, isTeamField } from "./account-teams.ts";
import type { Context } from "./context.ts";
import { presentFields, presentObjects } from "./describe.ts";
import { accountFieldNames, toAccount } from "./fields.ts";
import { queryTogether, type Row } from "./query.ts";
import { realIds } from "./read.ts";
import { names, soql } from "./soql.ts";

/** What of an account is followed through time, and the fields that tell it. Its domains and last activity are as of today. */
const dated: Readonly<Record<string, readonly string[]>> = {
  ownerId: ["OwnerId"],
  isCustomer: ["Type"],
  isCompetitor: ["Type"],
  country: ["BillingCountryCode", "BillingCountry", "ShippingCountry"],
  state: ["BillingStateCode", "BillingState"],
  postalCode: ["BillingPostalCode"],
  employees: ["NumberOfEmployees"],
};

type Wanted = { ids: readonly string[]; crmFields: readonly string[] };

/**
 * See CrmClient. One call, and one for the members of teams where a field names such. Who is in an account's team is as of today:
 * Salesforce keeps no history of it.
 */
export async function readPastAccounts(
  context: Context,
  { ids, crmFields }: Wanted,
  pay: Pay,
): Promise<ReadonlyMap<string, Past<Account>>> {
  const wanted = realIds(ids);
  if (wanted.length === 0) {
    pay.permit?.release();
    return new Map();
  }
  const { fields: present, turn: next } = await presentFields(context, "Account", {
    wanted: [...accountFieldNames(crmFields), "CreatedDate", "LastModifiedDate"],
    pay,
  });
  const { there, turn } = await presentObjects(context, ["AccountHistory"], next);
  const [rows = [], history = []] = await queryTogether(
    context,
    [
      soql`SELECT ${names(present)} FROM Account WHERE Id IN ${wanted}`,
      there.has("AccountHistory")
        ? soql`SELECT AccountId, Field, OldValue, CreatedDate FROM AccountHistory WHERE AccountId IN ${wanted} ORDER BY CreatedDate DESC, Id DESC`
        : null,
    ],
    turn,
  );
  const accountIds = rows.map(idOf);
  const teams = await accountTeams(context, { accountIds, crmFields }, { lane: pay.lane });
  const changes = Map.groupBy(history, (row) => text(row, "AccountId"));
  return new Map(
    rows.map((row) => {
      const id = idOf(row);
      const toValue = (then: Row) => toAccount(then, { crmFields, team: teams.get(id) ?? [] });
      const followed = new Set([...Object.values(dated).flat(), ...crmFields]);
      const mine = (changes.get(id) ?? []).filter((change) => followed.has(fieldIn(change)) && !isName(change));
      const doubts = doubtsOf(row, mine, { crmFields, present: new Set(present) });
      return [id, { versions: versionsOf(row, mine, toValue), doubts }];
    }),
  );
}

const idOf = (row: Row): string => text(row, "Id") ?? "";

/** History calls a lookup by its name. */
function fieldIn(change: Row): string {
  const field = text(change, "Field") ?? "";
  return field === "Owner" ? "OwnerId" : field;
}

/** An owner's change is two rows: one with the names, and one with the ids (salesforce.md §4.6). */
const isName = (change: Row): boolean =>
  fieldIn(change) === "OwnerId" && !/^00[5G]\w{15}$/.test(text(change, "OldValue") ?? "");

/** Newest first: each moment at which something changed begins a version, and what it was before belongs to the one before. */
function versionsOf(row: Row, changes: readonly Row[], toValue: (then: Row) => Account): Past<Account>["versions"] {
  let then = row;
  const newer: Version<Account>[] = [];
  for (const [since, together] of Map.groupBy(changes, (change) => instant(change, "CreatedDate") ?? "")) {
    newer.push({ since, value: toValue(then) });
    then = { ...then, ...Object.fromEntries(together.map((change) => [fieldIn(change), change.OldValue])) };
  }
  const first: Version<Account> = { since: "", value: toValue(then) };
  const [newest, ...rest] = newer;
  return newest === undefined ? [first] : [newest, ...rest, first];
}

/**
 * An org tracks twenty fields at most, and does not say which (salesforce.md §4.6): what has no history in an account that was changed
 * since its creation may have been another.
 */
function doubtsOf(
  row: Row,
  changes: readonly Row[],
  { crmFields, present }: { crmFields: readonly string[]; present: ReadonlySet<string> },
): Doubt[] {
  const isUntouched = instant(row, "LastModifiedDate") === instant(row, "CreatedDate");
  const told = new Set(changes.map(fieldIn));
  const isOpen = (name: string) => !isUntouched && !told.has(name) && text(row, name) !== null;
  return [
    ...Object.entries(dated).flatMap(([field, sources]): Doubt[] =>
      sources.some(isOpen) ? [{ field: `account.${field}`, because: "no-history" }] : [],
    ),
    ...crmFields.flatMap((name): Doubt[] => {
      const field = `account.crm.${name}`;
      if (isTeamField(name)) return [{ field, because: "no-history" }];
      if (!present.has(name)) return [{ field, because: "not-there" }];
      return isOpen(name) ? [{ field, because: "no-history" }] : [];
    }),
  ];
}
