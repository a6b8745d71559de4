import { startSalesforce } from "../../../src/sandbox/salesforce/server.ts";
import type { ChaosCrm } from "../crm.ts";
import type { CrmOptions } from "../people-parts.ts";
import { kindsOf } from "./calls.ts";
import { type Listened, salesforceFaults } from "./faults.ts";
import { storyOf } from "./history.ts";
import { addOrgs, installEverywhere } from "./orgs.ts";
import { salesforcePeople } from "./people.ts";
import { listenTo } from "./told.ts";
import { readStore } from "./truth.ts";

/** Two orgs of a local Salesforce. */
export async function startSalesforceChaos(options: CrmOptions): Promise<ChaosCrm> {
  const { seed, clock } = options;
  const salesforce = await startSalesforce({ seed, clock, latency: { readMs: [20, 80], writeMs: [20, 80] } });
  const places: Listened[] = addOrgs(salesforce).map((place) => ({ ...place, told: listenTo(place.org) }));
  const people = salesforcePeople(salesforce, places, options);
  const calls = () => salesforce.requests.list();
  return {
    name: "salesforce",
    accountIds: places.map(({ org }) => org.id),
    variables: {
      ...{ SALESFORCE_CLIENT_ID: "baton", SALESFORCE_CLIENT_SECRET: "secret" },
      ...{ SALESFORCE_LOGIN_URL: salesforce.url, SALESFORCE_PUBSUB_URL: salesforce.pubSubUrl },
    },
    install: (url, accountIds) =>
      installEverywhere(
        places.filter(({ org }) => accountIds?.includes(org.id) ?? true),
        url,
      ),
    people,
    readTruth: () => ({
      ...readStore(salesforce, places),
      ...{ events: places.flatMap(({ told }) => told.events), struck: new Set(people.done) },
    }),
    watch: (run) =>
      salesforce.requests.watch((request, moment) => {
        const text = () => JSON.stringify([request.query, request.body ?? ""]);
        for (const kind of kindsOf(request)) run({ kind, accountId: request.orgId, text }, moment);
      }),
    inFlight() {
      const since = clock.now() - 60_000;
      const open = calls().filter(({ status, durationMs, at }) => status === 0 && durationMs === 0 && at >= since);
      const kinds = Map.groupBy(open.flatMap(kindsOf), (kind) => kind);
      return {
        calls: Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length])),
        deliveries: 0,
        events: 0,
      };
    },
    lastCall: () => calls().at(-1)?.id ?? 0,
    // A feed is asked for, and nobody says what was taken from it.
    acknowledged: () => 0,
    historyOf: ({ accountId, leadId }) =>
      places
        .filter(({ org }) => org.id === accountId)
        .flatMap(({ told }) => storyOf(salesforce, { told, orgId: accountId, leadId })),
    untold: () => new Set(places.flatMap(({ told }) => [...told.untold])),
    faults: salesforceFaults(salesforce, places),
    calm: () => salesforce.faults.clear(),
    stop: () => salesforce.stop(),
  };
}
