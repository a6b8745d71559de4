import type { Answer } from "../../http.ts";
import { identityUrl } from "../auth/identity-url.ts";
import type { Call, Route } from "./call.ts";

/** What the API tells of itself (salesforce.md §3.1, §8, 5). */
export const serviceRoutes: readonly Route[] = [
  { method: "GET", paths: [""], handle: resources },
  { method: "GET", paths: ["/limits"], handle: limits },
];

function resources({ version, org, userId }: Call): Answer {
  const names = ["sobjects", "query", "queryAll", "search", "composite", "limits", "actions", "chatter", "tooling"];
  const base = `/services/data/v${version}`;
  const places = Object.fromEntries(names.map((name) => [name, `${base}/${name}`]));
  return { status: 200, body: { ...places, identity: identityUrl(org, userId) } };
}

function limits({ org }: Call): Answer {
  const { daily, used } = org.limits;
  const { deliveriesPerDay } = org.bus.switches;
  const pot = (max: number, spent: number) => ({ Max: max, Remaining: Math.max(0, max - spent) });
  return {
    status: 200,
    body: {
      DailyApiRequests: pot(daily, used()),
      DailyBulkV2QueryJobs: pot(10_000, 0),
      DailyDeliveredPlatformEvents: pot(deliveriesPerDay, org.bus.delivered()),
      HourlyPublishedPlatformEvents: pot(250_000, 0),
    },
  };
}
