import type { AccountEntry, LeadEntry } from "../../engine/match/entries.ts";
import type { TableRow } from "./read-table.ts";

type Cells = TableRow["cells"];

/** Without these no account can be told from another. */
export const accountColumns = ["account_id", "name", "website"] as const;
export const leadColumns = ["lead_id", "email", "company"] as const;
export const labelledColumns = [...leadColumns, "true_account_id"] as const;

const textOf = (cells: Cells, column: string): string | null => cells[column]?.trim() || null;

const listOf = (cells: Cells, column: string, separator: string): string[] =>
  (cells[column] ?? "")
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");

export const toAccountEntry = (cells: Cells): AccountEntry => ({
  id: textOf(cells, "account_id") ?? "",
  name: textOf(cells, "name"),
  otherNames: listOf(cells, "other_names", "|"),
  website: textOf(cells, "website"),
  otherDomains: listOf(cells, "other_domains", ";"),
  phone: textOf(cells, "phone"),
  country: textOf(cells, "billing_country"),
  state: textOf(cells, "billing_state"),
  city: textOf(cells, "billing_city"),
  postalCode: textOf(cells, "billing_postal_code"),
  parentId: textOf(cells, "parent_account_id"),
});

/** The account that a lead is said to belong to; null: none. */
export const labelOf = (cells: Cells): string | null => textOf(cells, "true_account_id");

export const toLeadEntry = (cells: Cells): LeadEntry => ({
  email: textOf(cells, "email"),
  company: textOf(cells, "company"),
  website: textOf(cells, "website"),
  phone: textOf(cells, "phone"),
  country: textOf(cells, "country"),
  state: textOf(cells, "state"),
  city: textOf(cells, "city"),
  postalCode: textOf(cells, "postal_code"),
});
