import { text } from "../values.ts";
import type { Row } from "./query.ts";

/** The name of a record that a query read along with its child. */
export const nameIn = (parent: unknown): string | null =>
  typeof parent === "object" && parent !== null ? text(parent as Row, "Name") : null;

/** User id → names of the groups and queues that he is in, be it through others: groups nest. `members`: rows of GroupMember. */
export function teamsOf(members: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string>();
  const parents = new Map<string, string[]>();
  for (const row of members) {
    const [group, member] = [text(row, "GroupId") ?? "", text(row, "UserOrGroupId") ?? ""];
    const name = nameIn(row.Group);
    if (name !== null) names.set(group, name);
    parents.set(member, [...(parents.get(member) ?? []), group]);
  }
  const found = new Map<string, string[]>();
  for (const id of parents.keys()) {
    const seen = new Set<string>();
    const open = [...(parents.get(id) ?? [])];
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      if (seen.has(group)) continue;
      seen.add(group);
      open.push(...(parents.get(group) ?? []));
    }
    found.set(id, [...seen].flatMap((group) => names.get(group) ?? []).sort());
  }
  return found;
}

/**
 * User id → his territories of the active model as names of teams, "territory:DACH": a territory may be called like a group.
 * `rows`: of UserTerritory2Association (salesforce.md §4.4).
 */
export function territoriesOf(rows: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const [userId, name] = [text(row, "UserId"), nameIn(row.Territory2)];
    if (userId !== null && name !== null) found.set(userId, [...(found.get(userId) ?? []), `territory:${name}`].sort());
  }
  return found;
}
