import { createHash, createHmac } from "node:crypto";

export type SignedRequest = { method: string; url: string; body: string; secret: string };

const decoded: Record<string, string> = {
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

/** The URI that goes into a v3 signature: only the escapes of hubspot.md §1.7 are decoded, all others stay. */
export function uriToSign(url: string): string {
  return url.replace(/%[0-9a-f]{2}/gi, (code) => decoded[code.toUpperCase()] ?? code);
}

/** Signature v3 (hubspot.md §1.7), base64. `timestamp` is epoch milliseconds as sent in the header. */
export function signV3({ method, url, body, secret }: SignedRequest, timestamp: string): string {
  const source = `${method.toUpperCase()}${uriToSign(url)}${body}${timestamp}`;
  return createHmac("sha256", secret).update(source, "utf8").digest("base64");
}

/** Signature v1 of CRM webhooks (hubspot.md §1.8), hex. */
export function signV1({ body, secret }: Pick<SignedRequest, "body" | "secret">): string {
  return createHash("sha256").update(`${secret}${body}`, "utf8").digest("hex");
}
