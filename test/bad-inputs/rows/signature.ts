import { createHash } from "node:crypto";
import { delivery, event, now, type Parts, publicUrl, secret, sign, signatureOf } from "../request.ts";
import { accepted, type DoorRow, refused } from "./row.ts";

const v3 = "x-hubspot-signature-v3";
const url = `${publicUrl}/hubspot/webhooks`;
const body = JSON.stringify([event("11", 7)]);
const stored = "11: lead 7";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** The valid delivery of which each row is a forgery. */
const forged = (parts: Parts) => delivery({ body, ...parts });
/** The one right signature. It holds `+`, `/` and letters of both cases, so that no form of it is the same. */
const right = signatureOf(forged({}));
const withSignature = (value: string | readonly string[] | null, more: Parts["headers"] = {}) =>
  forged({ headers: { ...more, [v3]: value } });
const stampedAt = (timestamp: string) => forged({ signed: { timestamp } });
const unsigned = refused(401, "no-signature");
const notOne = refused(401, "bad-signature");
const wrong = refused(401, "wrong-signature");
const badTime = refused(401, "bad-timestamp");

/** HubSpot signature [401, nothing stored]. */
export const signatureRows: readonly DoorRow[] = [
  ["B001 no header", { "": [withSignature(null), unsigned] }],
  ["B002 empty header", { "": [withSignature(""), unsigned] }],
  ["B003 v1 header only", { "": [withSignature(null, { "x-hubspot-signature": sha256(secret + body) }), unsigned] }],
  [
    "B004 v2 header only",
    { "": [withSignature(null, { "x-hubspot-signature": sha256(`${secret}POST${url}${body}`) }), unsigned] },
  ],
  ["B005 v3 of another body", { "": [forged({ signed: { body: "[]" } }), wrong] }],
  ["B006 v3 with another secret", { "": [forged({ signed: { secret: "other" } }), wrong] }],
  ["B007 v3 in hex", { "": [withSignature(Buffer.from(right, "base64").toString("hex")), notOne] }],
  ["B008 base64url alphabet", { "": [withSignature(right.replaceAll("+", "-").replaceAll("/", "_")), notOne] }],
  ["B009 base64 without padding", { "": [withSignature(right.slice(0, -1)), notOne] }],
  ["B010 right prefix, truncated", { "": [withSignature(right.slice(0, 20)), notOne] }],
  ["B011 right value and a byte more", { "": [withSignature(`${right}a`), notOne] }],
  ["B012 lower-cased", { "": [withSignature(right.toLowerCase()), wrong] }],
  [
    "B013 two v3 headers, one right",
    {
      "the right one first": [withSignature([right, sign(anotherSigned())]), notOne],
      "the right one last": [withSignature([sign(anotherSigned()), right]), notOne],
    },
  ],
  ["B014 values joined by a comma", { "": [withSignature(`${right}, ${right}`), notOne] }],
  ["B015 timestamp 301 s old", { "": [stampedAt(String(now - 301_000)), refused(401, "stale-timestamp")] }],
  ["B016 timestamp 301 s ahead", { "": [stampedAt(String(now + 301_000)), refused(401, "stale-timestamp")] }],
  ['B017 timestamp "abc"', { "": [stampedAt("abc"), badTime] }],
  ['B018 timestamp ""', { "": [stampedAt(""), refused(401, "no-timestamp")] }],
  ['B019 timestamp "1e13"', { "": [stampedAt("1e13"), badTime] }],
  ["B020 negative timestamp", { "": [stampedAt(`-${now}`), badTime] }],
  ["B021 seconds for milliseconds", { "": [stampedAt(String(now / 1000)), badTime] }],
  ["B022 a fraction", { "": [stampedAt(`${now}.5`), badTime] }],
  ["B023 twenty digits", { "": [stampedAt(`${now}0000000`), badTime] }],
  ["B024 signed for http, sent to https", { "": [forged({ signed: { uri: url.replace("https", "http") } }), wrong] }],
  [
    "B025 signed for another host, Host header forged",
    {
      "": [
        forged({ signed: { uri: "https://evil.example/hubspot/webhooks" }, headers: { host: "evil.example" } }),
        wrong,
      ],
    },
  ],
  [
    "B026 X-Forwarded-Host forged",
    {
      "": [
        forged({
          signed: { uri: "https://evil.example/hubspot/webhooks" },
          headers: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
        }),
        wrong,
      ],
    },
  ],
  [
    "B027 query in another order",
    { "": [forged({ target: "/hubspot/webhooks?b=2&a=1", signed: { uri: `${url}?a=1&b=2` } }), wrong] },
  ],
  [
    'B028 %3A and ":" are one, and what HubSpot signed passes',
    {
      "a colon": [withQuery("at=10:00"), accepted(stored)],
      encoded: [withQuery("at=10%3A00"), accepted(stored)],
      "encoded in lower case": [withQuery("at=10%3a00"), accepted(stored)],
      // hubspot.md §1.7, step 3: all of these are decoded, and none but these.
      "all that HubSpot decodes": [
        forged({
          target: "/hubspot/webhooks?q=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B%20%26%3D%2B%25%23",
          signed: { uri: `${url}?q=:/?@!$'()*,;%20%26%3D%2B%25%23` },
        }),
        accepted(stored),
      ],
      "a space that was decoded all the same": [
        forged({ target: "/hubspot/webhooks?q=%20", signed: { uri: `${url}?q= ` } }),
        wrong,
      ],
      "exactly five minutes old": [stampedAt(String(now - 300_000)), accepted(stored)],
      "exactly five minutes ahead": [stampedAt(String(now + 300_000)), accepted(stored)],
      "headers in capitals": [forged({ headers: { [v3]: null, "X-HUBSPOT-SIGNATURE-V3": right } }), accepted(stored)],
    },
  ],
  [
    "B029 GET instead of POST",
    {
      "with the signature of a POST": [forged({ method: "GET", body: "" }), unsigned],
      "with its own": [forged({ method: "GET", body: "", signed: { method: "GET" } }), unsigned],
      "PUT with the body": [forged({ method: "PUT" }), unsigned],
    },
  ],
  [
    "B030 equal JSON, written anew",
    { "": [forged({ body: JSON.stringify(JSON.parse(body), null, 1), signed: { body } }), wrong] },
  ],
];

function anotherSigned() {
  return { secret: "other", method: "POST", uri: url, body, timestamp: String(now) };
}

function withQuery(query: string) {
  return forged({ target: `/hubspot/webhooks?${query}`, signed: { uri: `${url}?at=10:00` } });
}
