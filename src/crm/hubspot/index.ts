import type { ConnectOptions, Crm } from "../crm.ts";
import { createThrottle } from "../throttle.ts";
import { createWindow } from "../window.ts";
import { type Auth, authorizeUrl, exchangeCode, refreshTokens } from "./auth.ts";
import { createClient } from "./client.ts";
import { parseDelivery } from "./delivery.ts";
import { names } from "./names.ts";
import type { HubspotSettings } from "./settings.ts";
import { createTransport, type Deadlines } from "./transport.ts";
import { whyForged } from "./webhook.ts";

/** hubspot.md §3.1: a marketplace app has 110 calls per ten seconds and account; searches, 5 per second, are kept to 4. */
const burst = { limit: 110, windowMs: 10_000 };
const searches = { limit: 4, windowMs: 1_000 };
const inFlight = 10;

/** The same for all portals: who sent a delivery is proven by its signature. */
const webhooksPath = "/hubspot/webhooks";

const partOf = ({ limit, windowMs }: typeof burst, share: number) => ({
  limit: Math.max(1, Math.floor(limit * share)),
  windowMs,
});

/** HubSpot behind the contract. Deadlines hold for all requests of the process (transport.ts). */
export function hubspot(settings: HubspotSettings, deadlines?: Deadlines): Crm {
  const auth: Auth = { ...settings, transport: createTransport(settings.apiUrl, deadlines) };
  return {
    ...names,
    webhooks: {
      path: webhooksPath,
      pathOf: () => webhooksPath,
      mediaType: "application/json",
      whyForged: (request, now) => whyForged(settings, request, now),
      parseDelivery,
      acknowledgement: null,
    },
    authorizeUrl: (wanted) => authorizeUrl(auth, wanted),
    exchangeCode: (wanted) => exchangeCode(auth, wanted),
    refreshTokens: (tokens, now) => refreshTokens(auth, tokens, now),
    connect: (options: ConnectOptions & { timeZone?: string }) => createClient(auth, options),
    createThrottle: ({ monotonic, share = 1, ...options }) =>
      createThrottle({
        window: createWindow(partOf(burst, share)),
        searchWindow: createWindow(partOf(searches, share)),
        concurrency: inFlight,
        now: monotonic,
        ...options,
      }),
  };
}
