import type { Doubt, Past, Version } from "../../model/past.ts";
import { text, toInstant } from "../values.ts";
import type { HubspotRecord } from "./answers.ts";

/** A record's properties as they were at a moment, and by name what of them is not. */
export type Then = {
  properties: Readonly<Record<string, string | null>>;
  doubts: ReadonlyMap<string, Doubt["because"]>;
};

/**
 * HubSpot tells the last versions of a property alone, fewer for records that are no contacts; how many is documented for
 * its first API only. A history this long may have begun before it does.
 */
const mayBeCut = 20;

/** The named properties, read with their history, as they were at a moment. */
export function asOf(record: HubspotRecord, names: readonly string[], at: string): Then {
  const properties: Record<string, string | null> = {};
  const doubts = new Map<string, Doubt["because"]>();
  for (const name of names) {
    const { value, because } = tell(record, name, at);
    properties[name] = value;
    if (because !== null) doubts.set(name, because);
  }
  return { properties, doubts };
}

function tell(
  record: HubspotRecord,
  name: string,
  at: string,
): { value: string | null; because: Doubt["because"] | null } {
  // What was asked for and is not set is null; what the account does not have is left out (hubspot.md §4).
  if (!Object.hasOwn(record.properties, name)) return { value: null, because: "not-there" };
  const history = historyOf(record, name);
  const oldest = history.at(-1);
  if (oldest === undefined) {
    const value = text(record.properties, name);
    return { value, because: value === null ? null : "no-history" };
  }
  const then = history.find((entry) => entry.at <= at);
  if (then !== undefined) return { value: then.value, because: null };
  return history.length < mayBeCut ? { value: null, because: null } : { value: oldest.value, because: "history-cut" };
}

/** Newest first; HubSpot's own order stands for changes of one moment. */
export function historyOf(
  { propertiesWithHistory }: HubspotRecord,
  name: string,
): readonly { value: string | null; at: string }[] {
  const entries = (propertiesWithHistory?.[name] ?? []).flatMap((entry) => {
    const at = toInstant(entry.timestamp);
    return at === null ? [] : [{ value: entry.value || null, at }];
  });
  return entries.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
}

/** The moments at which one of these properties changed, newest first, each once. */
export function changesOf(record: HubspotRecord, names: readonly string[]): string[] {
  const moments = names.flatMap((name) => historyOf(record, name).map(({ at }) => at));
  return [...new Set(moments)].sort().reverse();
}

/**
 * Something over time: what it was in each state of the named properties. `nameOf` gives our word for a property that
 * cannot be told; null: nothing hangs on it.
 */
export function pastOf<T>(
  record: HubspotRecord,
  names: readonly string[],
  {
    toValue,
    nameOf,
  }: { toValue: (properties: Then["properties"], since: string) => T; nameOf: (name: string) => string | null },
): Past<T> {
  const versionAt = (since: string): Version<T> => ({
    since,
    value: toValue(asOf(record, names, since).properties, since),
  });
  const [newest = "", ...earlier] = changesOf(record, names);
  const rest = newest === "" ? [] : [...earlier, ""];
  const { doubts } = asOf(record, names, "");
  return { versions: [versionAt(newest), ...rest.map(versionAt)], doubts: doubtsBy(doubts, nameOf) };
}

/** In our words; each field once. Accounts need not have all that HubSpot may have of a field of ours. */
export function doubtsBy(doubts: Then["doubts"], nameOf: (name: string) => string | null): Doubt[] {
  const named = new Map<string, Doubt["because"]>();
  for (const [name, because] of doubts) {
    const field = nameOf(name);
    if (field === null || (because === "not-there" && !field.includes("crm."))) continue;
    if (!named.has(field)) named.set(field, because);
  }
  return [...named].map(([field, because]) => ({ field, because }));
}
