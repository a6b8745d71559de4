import { startHubspot } from "../../../src/sandbox/hubspot/server.ts";
import { hubspotVariables } from "../../baton-process.ts";
import type { ChaosCrm } from "../crm.ts";
import type { CrmOptions } from "../people-parts.ts";
import { callKind } from "../points.ts";
import { leadName } from "../truth.ts";
import { hubspotFaults } from "./faults.ts";
import { storyOf } from "./history.ts";
import { hubspotPeople } from "./people.ts";
import { addPortals, installEverywhere } from "./portals.ts";
import { readTruth } from "./truth.ts";

/** Three portals of a local HubSpot. */
export async function startHubspotChaos(options: CrmOptions): Promise<ChaosCrm> {
  const { seed, clock } = options;
  const hubspot = await startHubspot({ seed, clock, latency: { readMs: [20, 80], writeMs: [20, 80] } });
  const portals = addPortals(hubspot);
  const people = hubspotPeople(hubspot, portals, options);
  const { deliveries } = hubspot.webhooks;
  return {
    name: "hubspot",
    accountIds: portals.map(({ id }) => String(id)),
    variables: hubspotVariables(hubspot.url),
    install: (url, accountIds) =>
      installEverywhere(
        hubspot,
        portals.filter(({ id }) => accountIds?.includes(String(id)) ?? true),
        url,
      ),
    people,
    readTruth: () => readTruth(hubspot, portals, people.done),
    watch: (run) =>
      hubspot.requests.watch(({ route, portalId, body }, moment) => {
        const kind = callKind(route);
        const accountId = portalId === null ? null : String(portalId);
        if (kind !== null) run({ kind, accountId, text: () => JSON.stringify(body ?? "") }, moment);
      }),
    inFlight() {
      const { inFlight, ready, held } = hubspot.webhooks.pending();
      const since = clock.now() - 60_000;
      const calls: Record<string, number> = {};
      for (const { route, status, durationMs, at } of hubspot.requests.list()) {
        const kind = callKind(route);
        if (kind === null || status !== 0 || durationMs !== 0 || at < since) continue;
        calls[kind] = (calls[kind] ?? 0) + 1;
      }
      return { calls, deliveries: inFlight, events: ready + held };
    },
    lastCall: () => hubspot.requests.list().at(-1)?.id ?? 0,
    acknowledged: () => deliveries.acknowledged().length,
    historyOf: ({ accountId, leadId }) => storyOf(hubspot, { portalId: Number(accountId), leadId }),
    untold: () =>
      new Set(
        deliveries
          .losses()
          .map(({ event: { portalId, objectId } }) =>
            leadName({ accountId: String(portalId), leadId: String(objectId) }),
          ),
      ),
    faults: hubspotFaults(hubspot),
    calm: () => hubspot.faults.clear(),
    stop: () => hubspot.stop(),
  };
}
