import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { allConnections } from "../store/connections.ts";

/** Which connection an event belongs to, without a query per delivery. One per app. */
export type ConnectionDirectory = {
  /** By the CRM's own account id; accounts that are not installed, or were uninstalled, are left out. */
  find(crm: Connection["crm"], externalIds: ReadonlySet<string>): Promise<ReadonlyMap<string, Connection>>;
  /** After an install or an uninstall in this process; others notice within `freshMs`. */
  forget(): void;
};

export type DirectoryOptions = Pick<Deps, "db" | "monotonic"> & { freshMs?: number; missMs?: number };

/** `missMs`: an unknown account is looked up again at most this often, so that strangers cannot make us query. */
export function createConnectionDirectory(options: DirectoryOptions): ConnectionDirectory {
  const { db, monotonic, freshMs = 30_000, missMs = 1_000 } = options;
  let loaded: { at: number; byAccount: Promise<ReadonlyMap<string, Connection>> } | null = null;

  async function load(): Promise<ReadonlyMap<string, Connection>> {
    const all = await allConnections(db.query);
    const installed = all.filter((connection) => connection.status !== "removed");
    return new Map(installed.map((connection) => [accountKey(connection.crm, connection.externalId), connection]));
  }

  /** Single-flight; a load that failed is not kept. */
  function known(maxAgeMs: number): Promise<ReadonlyMap<string, Connection>> {
    if (loaded && monotonic() - loaded.at < maxAgeMs) return loaded.byAccount;
    const fresh = { at: monotonic(), byAccount: load() };
    loaded = fresh;
    fresh.byAccount.catch(() => {
      if (loaded === fresh) loaded = null;
    });
    return fresh.byAccount;
  }

  return {
    async find(crm, externalIds) {
      let found = pick(await known(freshMs), crm, externalIds);
      if (found.size < externalIds.size) found = pick(await known(missMs), crm, externalIds);
      return found;
    },
    forget() {
      loaded = null;
    },
  };
}

function accountKey(crm: Connection["crm"], externalId: string): string {
  return `${crm}:${externalId}`;
}

function pick(
  byAccount: ReadonlyMap<string, Connection>,
  crm: Connection["crm"],
  externalIds: ReadonlySet<string>,
): Map<string, Connection> {
  const found = new Map<string, Connection>();
  for (const externalId of externalIds) {
    const connection = byAccount.get(accountKey(crm, externalId));
    if (connection) found.set(externalId, connection);
  }
  return found;
}
