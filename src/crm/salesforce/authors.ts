import { text } from "../values.ts";
import type { Row } from "./query.ts";

/** What is selected of who wrote something: `CreatedBy` or `LastModifiedBy`. */
export const authorPaths = (relationship: string): string[] =>
  ["Id", "UserType", "Profile.Name"].map((field) => `${relationship}.${field}`);

/**
 * Who is behind a user. Salesforce knows users alone, and software logs in as one: what is no standard user, or has a
 * profile for APIs, is taken for software (salesforce.md §2.3, "API Only").
 */
export function authorOf(user: unknown, ownUserId: string): "person" | "automation" | "baton" {
  if (typeof user !== "object" || user === null) return "automation";
  const row = user as Row;
  if (text(row, "Id") === ownUserId) return "baton";
  const profile = typeof row.Profile === "object" && row.Profile !== null ? text(row.Profile as Row, "Name") : null;
  const isSoftware = text(row, "UserType") !== "Standard" || /\bAPI Only\b/i.test(profile ?? "");
  return isSoftware ? "automation" : "person";
}
