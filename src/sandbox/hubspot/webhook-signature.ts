import type { App } from "./portal.ts";
import { signV1, signV3 } from "./sign.ts";
import type { WebhookSettings } from "./webhook-settings.ts";

/** Beyond the five minutes that a receiver may accept (hubspot.md §1.7). */
const staleByMs = 6 * 60_000;

/** The headers of one attempt, signed afresh: retries carry a new timestamp (hubspot.md §1.7). */
export function signatureHeaders(given: {
  app: App;
  body: string;
  settings: Pick<WebhookSettings, "signature" | "signatureClock">;
  /** Epoch ms on the sandbox's clock. */
  now: number;
}): Record<string, string> {
  const { app, body, settings, now } = given;
  const headers = { "content-type": "application/json", accept: "*/*", "user-agent": "HubSpot Connect 2.0 (sandbox)" };
  if (settings.signature === "missing") return headers;
  const secret = settings.signature === "wrong" ? `not-${app.clientSecret}` : app.clientSecret;
  const v1 = { "x-hubspot-signature": signV1({ body, secret }), "x-hubspot-signature-version": "v1" };
  if (settings.signature === "v1-only") return { ...headers, ...v1 };
  const base = settings.signatureClock === "wall" ? Date.now() : now;
  const timestamp = String(settings.signature === "stale" ? base - staleByMs : base);
  return {
    ...headers,
    ...v1,
    "x-hubspot-signature-v3": signV3({ method: "POST", url: app.webhooks.targetUrl, body, secret }, timestamp),
    "x-hubspot-request-timestamp": timestamp,
  };
}
