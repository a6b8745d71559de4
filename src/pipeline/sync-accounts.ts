import type { Page } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import { opportunityPoints } from "../engine/opportunity-load.ts";
import type { Policy } from "../engine/policy.ts";
import { policyFields } from "../engine/policy-fields.ts";
import type { Opportunity } from "../model/account.ts";
import { moveHints } from "../store/account-hints.ts";
import { moveAssignments } from "../store/assignments.ts";
import { moveOpenWork } from "../store/open-work.ts";
import { removeOpportunities, upsertOpportunities } from "../store/opportunities.ts";
import { goneToRead } from "../store/readings.ts";
import { lookSince, readSyncCursor, saveSyncCursor } from "./cursors.ts";
import { countsDeals } from "./people.ts";
import { dropAccounts, type Gone, storeAccounts } from "./store-accounts.ts";
import type { Link, Workspace } from "./workspace.ts";

type Kind = "list-accounts" | "list-opportunities";

/** So much is listed before the first lead is routed: of most CRM accounts it is everything. */
export const firstPages = 20;

type Listing = { lane: "sync" | "backfill"; atMostPages?: number };

/** Lists all accounts and opportunities once after the install, page by page; goes on where it stopped. */
export async function listAll(deps: Deps, workspace: Workspace, link: Link, listing: Listing): Promise<void> {
  const { lane } = listing;
  const { policy } = await workspace.readPolicy();
  // A field with other names is of use only when every account was read with it.
  const readAs = JSON.stringify(policy.matching.otherNames);
  if (link.listedWith === readAs) return;
  const crmFields = policyFields(policy).account;
  const { otherNames } = policy.matching;
  const hasAccounts = await listKind(deps, link, { ...listing, kind: "list-accounts", readAs }, async (after) => {
    const readAt = deps.now();
    const page = await link.client.listAccounts(after, crmFields, { lane });
    await storeAccounts(deps, link, { read: page.items, readAt, otherNames });
    return page;
  });
  const hasOpportunities = await listKind(
    deps,
    link,
    { ...listing, kind: "list-opportunities", readAs: "" },
    async (after) => {
      const readAt = deps.now();
      const page = await link.client.listOpportunities(after, { lane });
      await storeOpportunities(deps, link, { read: page.items, readAt, policy });
      return page;
    },
  );
  if (hasOpportunities) link.metOpportunities = null;
  if (hasAccounts && hasOpportunities) link.listedWith = readAs;
}

/** Resolves to whether all are listed. */
async function listKind(
  deps: Deps,
  link: Link,
  { kind, readAs, atMostPages = Number.POSITIVE_INFINITY }: Listing & { kind: Kind; readAs: string },
  readPage: (after: string | null) => Promise<Page<unknown>>,
): Promise<boolean> {
  const last = await readSyncCursor(deps, link.connection.id, kind);
  const stored = (last?.readAs ?? "[]") === readAs || kind === "list-opportunities" ? last : null;
  if (stored?.complete === true) return true;
  let after = stored?.after ?? null;
  for (let pages = 0; pages < atMostPages; pages += 1) {
    const page = await readPage(after);
    after = page.next;
    await saveSyncCursor(deps, link, { kind, cursor: { after, complete: after === null, readAs } });
    if (after === null) return true;
  }
  return false;
}

const opportunityItem = (itemId: string) => ({ itemKind: "opportunity" as const, itemId });

/** As the CRM gave them. `readAt`: when it was asked, by our clock; what it says later takes their place. */
type ReadOpportunities = { read: readonly Opportunity[]; readAt: Date };

/** Open opportunities are part of their owners' load. Those of which something newer is known are left as they are. */
export async function storeOpportunities(
  deps: Deps,
  {
    connection: { id: connectionId, workspaceId },
    people = null,
  }: Pick<Link, "connection"> & Partial<Pick<Link, "people">>,
  { read, readAt, policy }: ReadOpportunities & { policy: Policy },
): Promise<void> {
  const item = ({ id }: Opportunity) => opportunityItem(id);
  const isWork = (opportunity: Opportunity) =>
    opportunity.isOpen && opportunity.ownerId !== null && countsDeals(people, connectionId);
  const pointsOf = (opportunity: Opportunity) => opportunityPoints(opportunity, policy, deps.now());
  const reading = { workspaceId, connectionId, readAt: readAt.toISOString(), at: deps.now().toISOString() };
  await deps.db.transaction(async (tx) => {
    const stored = await upsertOpportunities(tx, { ...reading, opportunities: read });
    const newest = read.filter(({ id }) => stored.has(id));
    await moveOpenWork(tx, {
      workspaceId,
      add: newest.filter(isWork).map((opportunity) => ({
        ...item(opportunity),
        repId: opportunity.ownerId ?? "",
        points: pointsOf(opportunity),
      })),
      remove: newest.filter((opportunity) => !isWork(opportunity)).map(item),
    });
  });
}

/** Reads the named accounts and opportunities again; those that are gone are forgotten. */
export async function refreshRecords(
  deps: Deps,
  workspace: Workspace,
  link: Link,
  stale: { accountIds: readonly string[]; opportunityIds: readonly string[] },
): Promise<void> {
  const size = link.client.maxBatch;
  const { policy } = await workspace.readPolicy();
  const crmFields = policyFields(policy).account;
  const { otherNames } = policy.matching;
  for (let from = 0; from < stale.accountIds.length; from += size) {
    const ids = stale.accountIds.slice(from, from + size);
    const readAt = deps.now();
    const accounts = await link.client.readAccounts(ids, crmFields, { lane: "sync" });
    await storeAccounts(deps, link, { read: accounts, readAt, otherNames });
    const present = new Set(accounts.map((account) => account.id));
    await dropAccounts(deps, link, { gone: ids.filter((id) => !present.has(id)), readAt, toRead: false });
  }
  for (let from = 0; from < stale.opportunityIds.length; from += size) {
    const ids = stale.opportunityIds.slice(from, from + size);
    const readAt = deps.now();
    const opportunities = await link.client.readOpportunities(ids, { lane: "sync" });
    await storeOpportunities(deps, link, { read: opportunities, readAt, policy });
    const present = new Set(opportunities.map((opportunity) => opportunity.id));
    await dropOpportunities(deps, link, { gone: ids.filter((id) => !present.has(id)), readAt, toRead: false });
  }
}

/**
 * Records that changed while no event told: asked from the CRM's search, with an overlap for its lag. Also those that an
 * event said are gone, and that nobody asked for since: the process that was to do so is no more.
 */
export async function findChanged(deps: Deps, link: Link, overlapMs: number): Promise<void> {
  const startedAt = deps.now();
  link.refresh({
    accountIds: await goneToRead(deps.db.query, "accounts", link.connection.id),
    opportunityIds: await goneToRead(deps.db.query, "opportunities", link.connection.id),
  });
  const since = await lookSince(deps, link, { kind: "changed", overlapMs, now: startedAt });
  const accountIds = await changedIds((after) => link.client.findChangedAccounts({ since, after }, { lane: "search" }));
  const opportunityIds = await changedIds((after) =>
    link.client.findChangedOpportunities({ since, after }, { lane: "search" }),
  );
  link.refresh({ accountIds, opportunityIds });
  await saveSyncCursor(deps, link, { kind: "changed", cursor: { since: startedAt.toISOString() } });
}

async function changedIds(readPage: (after: string | null) => Promise<Page<{ id: string }>>): Promise<string[]> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: Page<{ id: string }> = await readPage(after);
    for (const { id } of page.items) ids.push(id);
    after = page.next;
  } while (after !== null);
  return ids;
}

/** They are nobody's work any more either. */
export async function dropOpportunities(
  deps: Pick<Deps, "db" | "now">,
  { connection: { id: connectionId, workspaceId } }: Pick<Link, "connection">,
  { gone, readAt, toRead }: Gone,
): Promise<void> {
  if (gone.length === 0) return;
  const reading = { workspaceId, connectionId, readAt: readAt.toISOString(), at: deps.now().toISOString() };
  await deps.db.transaction(async (tx) => {
    const removed = await removeOpportunities(tx, { ...reading, ids: gone, toRead });
    await moveOpenWork(tx, { workspaceId, add: [], remove: removed.map(opportunityItem) });
  });
}

export async function mergeAccount(
  deps: Deps,
  link: Link,
  merge: { into: string; from: readonly string[] },
): Promise<void> {
  const gone = merge.from.filter((id) => id !== merge.into);
  await dropAccounts(deps, link, { gone, readAt: deps.now(), toRead: false });
  await moveAssignments(deps.db.query, link.connection.id, { from: gone, into: merge.into });
  await moveHints(deps.db.query, link.connection.id, { from: gone, into: merge.into });
}
