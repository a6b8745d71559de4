import { createHmac, timingSafeEqual } from "node:crypto";
import type { SignedRequest } from "../crm.ts";
import type { HubspotSettings } from "./settings.ts";

/** hubspot.md §1.7: five minutes, in both directions. */
const windowMs = 300_000;

/**
 * Null when signature v3 proves that HubSpot sent the request; otherwise why not, without secrets (hubspot.md §1.7).
 * The URI that was signed is our public URL and what came after it: headers that name a host prove nothing.
 */
export function whyForged(
  { clientSecrets, publicUrl }: Pick<HubspotSettings, "clientSecrets" | "publicUrl">,
  request: SignedRequest,
  now: Date,
): string | null {
  const signature = headerOf(request, "x-hubspot-signature-v3");
  const timestamp = headerOf(request, "x-hubspot-request-timestamp");
  if (signature === null) return "no-signature";
  if (timestamp === null) return "no-timestamp";
  if (!/^\d{13}$/.test(timestamp)) return "bad-timestamp";
  if (Math.abs(now.getTime() - Number(timestamp)) > windowMs) return "stale-timestamp";
  // Several headers of one name arrive joined by commas, and are no signature either.
  if (!/^[A-Za-z0-9+/]{43}=$/.test(signature)) return "bad-signature";
  const source = { ...request, uri: decodeUri(`${publicUrl}${request.target}`), timestamp };
  const matches = clientSecrets.map((secret) => isSigned(source, secret, signature));
  return matches.includes(true) ? null : "wrong-signature";
}

type Source = { method: string; uri: string; body: Uint8Array; timestamp: string };

function isSigned({ method, uri, body, timestamp }: Source, secret: string, signature: string): boolean {
  const hmac = createHmac("sha256", secret).update(`${method.toUpperCase()}${uri}`).update(body).update(timestamp);
  const expected = Buffer.from(hmac.digest("base64"));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** What HubSpot decodes before it signs; everything else stays encoded (hubspot.md §1.7). */
const decoded: Readonly<Record<string, string>> = {
  "%3A": ":",
  "%2F": "/",
  "%3F": "?",
  "%40": "@",
  "%21": "!",
  "%24": "$",
  "%27": "'",
  "%28": "(",
  "%29": ")",
  "%2A": "*",
  "%2C": ",",
  "%3B": ";",
};

const decodeUri = (uri: string) => uri.replace(/%[0-9a-f]{2}/gi, (code) => decoded[code.toUpperCase()] ?? code);

/** A header that came exactly once, by its lower-case name. */
function headerOf({ headers }: SignedRequest, name: string): string | null {
  const found = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  const [only, ...others] = found.flatMap(([, value]) => value ?? []);
  return only === undefined || only === "" || others.length > 0 ? null : only;
}
