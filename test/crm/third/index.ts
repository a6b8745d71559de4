import type { Crm, Installed } from "../../../src/crm/crm.ts";
import { createThrottle } from "../../../src/crm/throttle.ts";
import { createWindow } from "../../../src/crm/window.ts";
import { CrmError } from "../../../src/errors.ts";
import type { Tokens } from "../../../src/model/connection.ts";
import { deliver } from "./api.ts";
import { createClient } from "./client.ts";
import { product, type ThirdSettings } from "./product.ts";

/** What it allows in any second. */
const window = { limit: 100, windowMs: 1_000 };

/** The third CRM behind the contract: it is asked, and calls nobody. */
export function third(settings: ThirdSettings): Crm {
  const { name, title, policyWords } = product;
  return {
    ...{ name, title, policyWords, webhooks: null },
    authorizeUrl({ state, redirectUri }) {
      const query = new URLSearchParams({ client_id: settings.clientId, redirect_uri: redirectUri, state });
      return `${settings.url}/authorize?${query}`;
    },
    async exchangeCode({ code, redirectUri, now }): Promise<Installed> {
      const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
      const tokens = await askToken(settings, form, now);
      const request = { method: "GET", url: `${settings.url}/me`, effect: "read" } as const;
      const { id, name: account, zone } = await deliver(request, tokens.accessToken);
      const uiHost = new URL(settings.url).host;
      return { externalId: String(id), name: String(account), timeZone: String(zone), uiHost, scopes: [], tokens };
    },
    refreshTokens: ({ refreshToken }, now) =>
      askToken(settings, { grant_type: "refresh_token", refresh_token: refreshToken }, now),
    connect: (options) => createClient(settings, options),
    createThrottle: ({ monotonic, share = 1, ...options }) =>
      createThrottle({
        window: createWindow({ ...window, limit: Math.max(1, Math.floor(window.limit * share)) }),
        ...{ concurrency: 5, now: monotonic },
        ...options,
      }),
  };
}

async function askToken(settings: ThirdSettings, form: Record<string, string>, now: Date): Promise<Tokens> {
  const { clientId, clientSecret, url } = settings;
  const body = new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }).toString();
  const answer = await deliver({ method: "POST", url: `${url}/token`, effect: "write", body }, null).catch(
    (error: unknown) => {
      const isGone = error instanceof CrmError && error.rule === "invalid_grant" && "refresh_token" in form;
      throw isGone ? new CrmError("unauthorized-final", "Third took the access back: install the app again.") : error;
    },
  );
  const lifetimeMs = Number(answer.expires_in) * 1_000;
  return {
    ...{ accessToken: String(answer.access_token), refreshToken: String(answer.refresh_token), lifetimeMs },
    expiresAt: new Date(now.getTime() + lifetimeMs).toISOString(),
  };
}
