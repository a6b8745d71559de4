import type { Deps } from "../deps.ts";
import { authorityAmong } from "./people.ts";
import { linkedTo, readPeople } from "./read-people.ts";
import { loadRoster, meetPeople } from "./sync-reps.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Another CRM says who owns what, or there are several since: people are called otherwise from now on. So they are where
 * connections were opened beside each other, and the first of them read who is whom before the other had said who it has.
 */
export async function followAuthority(
  deps: Deps,
  { lease, links, readPolicy }: Pick<Workspace, "lease" | "links" | "readPolicy">,
): Promise<void> {
  const { policy } = await readPolicy();
  const [first, ...others] = await linkedTo(deps.db.query, lease.workspaceId);
  if (first === undefined) return;
  const authorityId = others.length === 0 ? null : authorityAmong([first, ...others], policy).id;
  const known = new Set([...links.values()].map(({ people }) => people));
  if (known.size <= 1 && [...known].every((people) => (people?.authorityId ?? null) === authorityId)) return;
  const people = await readPeople(deps.db.query, lease.workspaceId, policy);
  if (people !== null) return meetPeople(deps, people, links.values());
  for (const link of links.values()) Object.assign(link, await loadRoster(deps, link.connection, policy));
}
