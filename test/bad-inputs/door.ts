import { sql } from "kysely";
import type { Crm } from "../../src/crm/crm.ts";
import { hubspot } from "../../src/crm/hubspot/index.ts";
import { pauseConnection, removeConnection } from "../../src/store/connections.ts";
import { startWorld, type World } from "../web/world.ts";
import { type Answer, delivery, now, publicUrl, type Request, secret, send } from "./request.ts";

/** The web edge as it is served, the real verifier and parser behind it, with these portals installed. */
export type Door = {
  world: World;
  send(request: Request | string): Promise<Answer>;
  /** Signed deliveries of these events, one after the other. */
  sendAll(deliveries: readonly (readonly unknown[])[]): Promise<void>;
  /** Every stored element: `portal/subject`, and `parked` when it is. */
  stored(): Promise<string[]>;
  /** Forgets what is stored. */
  clear(): Promise<void>;
};

/** Two with an installed app; one whose grant is gone, which may come back; and one that was removed. */
export const portals = { a: "11", b: "22", paused: "33", removed: "44" };

export function openDoor(limits?: Limits): Promise<Door> {
  const urls = { publicUrl, apiUrl: "http://127.0.0.1:9", oauthUrl: "" };
  const crm = hubspot({ clientId: "baton", clientSecrets: [secret], ...urls });
  return openDoorOf({ crm, accounts: portals, ...(limits === undefined ? {} : { limits }) });
}

type Limits = { headersMs: number; requestMs: number; checkMs: number };

/** The same of any CRM: four accounts in the states of `portals`. */
export async function openDoorOf({
  crm,
  accounts,
  limits,
}: {
  crm: Crm;
  accounts: typeof portals;
  limits?: Limits;
}): Promise<Door> {
  const world = await startWorld({
    // Far above what all deliveries of a file bring: nobody works on them here.
    highWater: 10_000_000,
    ...{ publicUrl, crm },
    ...(limits === undefined ? {} : { limits: { ...limits, connections: 100 } }),
  });
  const installed = new Map<string, string>();
  for (const account of Object.values(accounts)) installed.set(account, (await world.install(account)).connectionId);
  await pauseConnection(world.db.query, { id: installed.get(accounts.paused) ?? "", grantNumber: 1 }, "uninstalled");
  await removeConnection(world.db.query, installed.get(accounts.removed) ?? "", "uninstalled");
  world.advance(now - world.deps.now().getTime());
  return {
    world,
    send: (request) => send(world.url, request),
    async sendAll(deliveries) {
      for (const events of deliveries) await send(world.url, delivery({ body: JSON.stringify(events) }));
    },
    stored: () => readStored(world),
    async clear() {
      await sql`delete from inbox`.execute(world.db.query);
      await sql`delete from alerts`.execute(world.db.query);
    },
  };
}

async function readStored({ db }: World): Promise<string[]> {
  const { rows } = await sql<{ externalId: string; subjectId: string; subjectKind: string; state: string }>`
    select c.external_id, i.subject_id, i.subject_kind, i.state from inbox i join connections c on c.id = i.connection_id
    order by c.external_id, i.subject_kind desc, i.subject_id
  `.execute(db.query);
  return rows.map(({ externalId, subjectId, subjectKind, state }) =>
    state === "parked" ? `${externalId}: parked` : `${externalId}: ${subjectKind} ${subjectId}`,
  );
}
