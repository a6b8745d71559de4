import { associatedIds } from "../../src/sandbox/hubspot/associations.ts";
import { updateRecord } from "../../src/sandbox/hubspot/records.ts";
import { seedPortal } from "../../src/sandbox/hubspot/seed.ts";
import { startHubspot } from "../../src/sandbox/hubspot/server.ts";
import { benchSeed, leadIdOf, repIds } from "./hubspot-world.ts";
import { measure, readLeads } from "./measure-hubspot.ts";
import type { BenchSandbox, Question, SandboxOptions } from "./sandbox-process.ts";

const portalId = 62515;

export async function start({ seed, leads, latency, speed }: SandboxOptions): Promise<BenchSandbox> {
  const hubspot = await startHubspot({ seed, latency, speed });
  const portal = hubspot.addPortal({ id: portalId });
  seedPortal(portal, benchSeed({ seed, leads, now: hubspot.clock.now() }));
  let since = 0;
  let turned: string[] = [];
  const workflow = { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" };
  const tasksOf = (contactId: string) => associatedIds(portal, "0-1", contactId, "0-27");

  const answer = async (ask: Question): Promise<unknown> => {
    switch (ask.do) {
      case "install":
        // The naive client works for hours of the sandbox's clock and knows no refreshing.
        hubspot.tokens.settings.lifetimeSeconds = 7 * 86_400;
        return hubspot.install({ portalId }).accessToken;
      case "target":
        for (const { webhooks } of hubspot.apps) webhooks.targetUrl = ask.url;
        return null;
      case "is-synced":
        return hubspot.requests.list().some(({ path, status }) => path.endsWith("deals/search") && status === 200);
      case "begin":
        since = hubspot.requests.list().at(-1)?.id ?? 0;
        turned = [];
        return null;
      case "lead-ids":
        return Array.from({ length: ask.count }, (_, index) => leadIdOf(ask.from + index));
      case "turn": {
        const ids = Array.from({ length: ask.count }, (_, index) => leadIdOf(ask.from + index));
        for (const id of ids) {
          updateRecord(
            portal,
            "0-1",
            id,
            { lifecyclestage: "marketingqualifiedlead" },
            { source: workflow, version: "v3" },
          );
        }
        turned.push(...ids);
        return ids;
      }
      case "count-done":
        return turned.filter(
          (id) => tasksOf(id).length > 0 && portal.records.get("0-1")?.get(id)?.properties.has("hubspot_owner_id"),
        ).length;
      case "measure":
        return measure(readLeads(portal, turned, tasksOf), hubspot.requests.list({ since }));
    }
  };
  const at = { url: hubspot.url, feedUrl: null, accountId: String(portalId), repIds };
  return { at, answer, stop: () => hubspot.stop() };
}
