import type { OwnerChange } from "../../model/lead.ts";
import type { HistoryEntry } from "./answers.ts";

/**
 * Sources of changes that no person made by hand (hubspot.md §1.3 names some; the set is open). What is not listed is a
 * person's: the pages and apps of HubSpot, its browser extensions, a rep's connected mailbox.
 */
const machines: ReadonlySet<string> = new Set([
  "INTEGRATION",
  "INTEGRATIONS_PLATFORM",
  "INTEGRATIONS_SYNC",
  "API",
  "AUTOMATION_PLATFORM",
  "WORKFLOWS",
  "WORKFLOW_CONTACT_DELETE_ACTION",
  "AUTOMATION_JOURNEY",
  "SEQUENCES",
  "MARKETING_EMAIL",
  "BATCH_UPDATE",
  "IMPORT",
  "MIGRATION",
  "BACKFILL",
  "CALCULATED",
  "COMPANIES",
  "DEALS",
  "CONTACTS",
  "FORM",
  "FORMS",
  "ANALYTICS",
  "SOCIAL",
  "MERGE_OBJECTS",
  "MERGE_CONTACTS",
  "ASSOCIATIONS",
  "SALESFORCE",
  "PREFERENCES",
  "BOT",
  "CONVERSATIONS",
  "CHATSPOT",
  "AI_GROUP",
  "INTERNAL_PROCESSING",
]);

/** Sources that may route leads as we do: workflows and other apps. */
const routers: ReadonlySet<string> = new Set([
  "INTEGRATION",
  "INTEGRATIONS_PLATFORM",
  "INTEGRATIONS_SYNC",
  "API",
  "AUTOMATION_PLATFORM",
  "WORKFLOWS",
  "AUTOMATION_JOURNEY",
  "SALESFORCE",
  "BOT",
]);

/** True when the source says that a workflow or an app did it. */
export const isByRouter = (sourceType: string | null | undefined): boolean =>
  routers.has((sourceType ?? "").toUpperCase());

/** True unless the source says that software did it. A source that nobody names proves no person. */
export function isByPerson(sourceType: string | null | undefined): boolean {
  return (
    sourceType !== null && sourceType !== undefined && sourceType !== "" && !machines.has(sourceType.toUpperCase())
  );
}

/** True when a change of source INTEGRATION names our app. Whether it always does is open (hubspot.md §10.5). */
export function isByApp(
  { sourceType, sourceId }: { sourceType: string | null | undefined; sourceId: string | null | undefined },
  appId: string | null,
): boolean {
  if (appId === null || sourceType !== "INTEGRATION") return false;
  return (sourceId ?? "").split(/\D+/).includes(appId);
}

/** Who made one change of a property's history. */
export function authorOf(entry: HistoryEntry, appId: string | null): OwnerChange["by"] {
  if (isByPerson(entry.sourceType)) return "person";
  return isByApp({ sourceType: entry.sourceType, sourceId: entry.sourceId }, appId) ? "baton" : "automation";
}
