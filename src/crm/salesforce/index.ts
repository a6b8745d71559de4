import type { Crm } from "../crm.ts";
import { createThrottle } from "../throttle.ts";
import { createWindow } from "../window.ts";
import { type Auth, authorizeUrl, connectByCredentials, exchangeCode, refreshTokens } from "./auth.ts";
import { createClient } from "./client.ts";
import { names } from "./names.ts";
import { outboundMessages } from "./outbound/webhooks.ts";
import type { SalesforceSettings } from "./settings.ts";
import { createDispatcher, createTransport, type Deadlines } from "./transport.ts";

/** salesforce.md §3.1: what counts is the day; a burst within it is held to what the org answers quickly. */
const burst = { limit: 250, windowMs: 10_000 };
const inFlight = 10;

/** Beside the contract: logging in as the app itself. */
export type Salesforce = Crm & { connectByCredentials(now: Date): ReturnType<typeof connectByCredentials> };

/** Salesforce behind the contract. */
export function salesforce(settings: SalesforceSettings, deadlines?: Deadlines): Salesforce {
  const dispatcher = createDispatcher(deadlines);
  const auth: Auth = { ...settings, dispatcher, transport: createTransport(dispatcher) };
  return {
    ...names,
    // Beside the stream that we open: an org may have none.
    webhooks: outboundMessages(settings),
    authorizeUrl: (wanted) => authorizeUrl(auth, wanted),
    exchangeCode: (wanted) => exchangeCode(auth, wanted),
    connectByCredentials: (now) => connectByCredentials(auth, now),
    refreshTokens: (tokens, now) => refreshTokens(auth, tokens, now),
    connect: (options) => createClient(auth, options),
    createThrottle: ({ monotonic, share = 1, ...options }) =>
      createThrottle({
        window: createWindow({ ...burst, limit: Math.max(1, Math.floor(burst.limit * share)) }),
        ...{ concurrency: inFlight, now: monotonic },
        ...options,
      }),
  };
}
