import { sql } from "kysely";
import { hubspot } from "../../src/crm/hubspot/index.ts";
import { startWorld, type World } from "../web/world.ts";
import { type Answer, now, publicUrl, type Request, secret, send } from "./request.ts";

/** The web edge as it is served, the real verifier and parser behind it, with these portals installed. */
export type Door = {
  world: World;
  send(request: Request | string): Promise<Answer>;
  /** Every stored element: `portal/subject`, and `parked` when it is. */
  stored(): Promise<string[]>;
  /** The same, of one subject. */
  storedOf(subjectId: string): Promise<string[]>;
  /** Forgets what is stored. */
  clear(): Promise<void>;
};

export const portals = { a: "11", b: "22" };

export async function openDoor(limits?: { headersMs: number; requestMs: number; checkMs: number }): Promise<Door> {
  const world = await startWorld({
    // Far above what all deliveries of a file bring: nobody works on them here.
    highWater: 10_000_000,
    publicUrl,
    crm: hubspot({ clientId: "baton", clientSecrets: [secret], publicUrl, apiUrl: "http://127.0.0.1:9", oauthUrl: "" }),
    ...(limits === undefined ? {} : { limits: { ...limits, connections: 100 } }),
  });
  for (const portal of Object.values(portals)) await world.install(portal);
  world.advance(now - world.deps.now().getTime());
  const read = (where: ReturnType<typeof sql>) => readStored(world, where);
  return {
    world,
    send: (request) => send(world.url, request),
    stored: () => read(sql`true`),
    storedOf: (subjectId) => read(sql`i.subject_id = ${subjectId}`),
    async clear() {
      await sql`delete from inbox`.execute(world.db.query);
      await sql`delete from alerts`.execute(world.db.query);
    },
  };
}

async function readStored({ db }: World, where: ReturnType<typeof sql>): Promise<string[]> {
  const { rows } = await sql<{ externalId: string; subjectId: string; subjectKind: string; state: string }>`
    select c.external_id, i.subject_id, i.subject_kind, i.state from inbox i join connections c on c.id = i.connection_id
    where ${where} order by c.external_id, i.subject_kind desc, i.subject_id
  `.execute(db.query);
  return rows.map(({ externalId, subjectId, subjectKind, state }) =>
    state === "parked" ? `${externalId}: parked` : `${externalId}: ${subjectKind} ${subjectId}`,
  );
}
