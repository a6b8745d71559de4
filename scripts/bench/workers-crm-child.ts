import { associatedIds } from "../../src/sandbox/hubspot/associations.ts";
import type { Portal } from "../../src/sandbox/hubspot/portal.ts";
import { updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { seedPortal } from "../../src/sandbox/hubspot/seed.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";
import { benchSeed, leadIdOf } from "./hubspot-world.ts";
import { type Serving, serveParent } from "./workers-child.ts";
import { type CrmOptions, type CrmQuestion, portalIdOf, type Trickle } from "./workers-crm.ts";

serveParent(open);

const workflow = { source: { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" }, version: "v3" as const };
// Few enough that forty portals are read in seconds; the leads of the other companies are matched to none.
const companies = 200;
const lateMs = 20_000;

/** How many of a portal's leads have turned MQL so far. */
type Turned = { portal: Portal; count: number };

async function open({ seed, portals, leads, latency }: CrmOptions): Promise<Serving<CrmQuestion>> {
  const hubspot = await startHubspot({ seed, latency });
  const { records, ...rest } = benchSeed({ seed, leads, now: hubspot.clock.now() });
  const some = { ...rest, records: { ...records, companies: (records.companies ?? []).slice(0, companies) } };
  const all: Turned[] = Array.from({ length: portals }, (_, index) => {
    const portal = hubspot.addPortal({ id: portalIdOf(index) });
    seedPortal(portal, some);
    return { portal, count: 0 };
  });

  async function answer(question: CrmQuestion): Promise<unknown> {
    switch (question.do) {
      case "url":
        return hubspot.url;
      case "target":
        for (const { webhooks } of hubspot.apps) webhooks.targetUrl = question.url;
        return null;
      case "count-synced": {
        const read = hubspot.requests
          .list()
          .filter(({ path, status }) => path.endsWith("deals/search") && status === 200);
        return new Set(read.map(({ portalId }) => portalId)).size;
      }
      case "turn-all":
        for (const one of all) for (let left = question.count; left > 0; left -= 1) turnNext(one);
        return null;
      case "count-done":
        return all.reduce((sum, one) => sum + idsOf(one).filter((id) => isDone(one.portal, id)).length, 0);
      case "count-calls": {
        const calls = hubspot.requests.list().filter(({ portalId }) => portalId !== null);
        return { calls: calls.length, refused: calls.filter(({ status }) => status === 429).length };
      }
      case "count-failed-deliveries": {
        const ended = hubspot.webhooks.deliveries.list().filter(({ durationMs }) => durationMs !== null);
        return ended.filter(({ status }) => status === null || status >= 300).length;
      }
      case "trickle":
        return trickle(all, question);
    }
  }

  return { answer, stop: () => hubspot.stop() };
}

const idsOf = ({ count }: Turned): string[] => Array.from({ length: count }, (_, index) => leadIdOf(index));

function turnNext(one: Turned): string {
  const id = leadIdOf(one.count);
  one.count += 1;
  updateRecord(one.portal, "0-1", id, { lifecyclestage: "marketingqualifiedlead" }, workflow);
  return id;
}

function isDone(portal: Portal, id: string): boolean {
  return ownerAt(portal, id) !== null && associatedIds(portal, "0-1", id, "0-27").length > 0;
}

function ownerAt(portal: Portal, id: string): number | null {
  const contact = portal.records.get("0-1")?.get(id);
  if (!contact?.properties.has("hubspot_owner_id")) return null;
  return contact.history.get("hubspot_owner_id")?.[0]?.timestamp ?? null;
}

/** Portals begin one after another within their interval, as unrelated companies do. */
async function trickle(all: readonly Turned[], { perSecond, seconds }: Trickle): Promise<(number | null)[][]> {
  const startedAt = performance.now();
  const turned = await Promise.all(
    all.map(async (one, index) => {
      const everyMs = 1_000 / (perSecond[index] ?? 1);
      const first = startedAt + (everyMs * index) / all.length;
      const ids: string[] = [];
      for (let dueAt = first; dueAt < startedAt + seconds * 1_000; dueAt += everyMs) {
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
        ids.push(turnNext(one));
      }
      return { portal: one.portal, ids };
    }),
  );
  const giveUpAt = performance.now() + lateMs;
  const isOver = () => turned.every(({ portal, ids }) => ids.every((id) => ownerAt(portal, id) !== null));
  while (!isOver() && performance.now() < giveUpAt) await new Promise((resolve) => setTimeout(resolve, 100));
  return turned.map(({ portal, ids }) => ids.map((id) => waitOf(portal, id)));
}

function waitOf(portal: Portal, id: string): number | null {
  const at = ownerAt(portal, id);
  const qualifiedAt = portal.records.get("0-1")?.get(id)?.history.get("lifecyclestage")?.[0]?.timestamp;
  return at === null || qualifiedAt === undefined ? null : at - qualifiedAt;
}
