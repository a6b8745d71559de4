import fc from "fast-check";
import { delivery, event, now, publicUrl, type Request, signatureOf } from "./request.ts";

const v3 = "x-hubspot-signature-v3";
const body = JSON.stringify([event("11", 7)]);
const url = `${publicUrl}/hubspot/webhooks`;
const valid = delivery({ body });
const right = signatureOf(valid);

/** A letter that a header may hold, so that it reaches the app and does not end at the parser of HTTP. */
const headerText = fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) });

const replaced = (text: string) =>
  fc
    .tuple(fc.nat(text.length - 1), headerText)
    .map(([at, letters]) => `${text.slice(0, at)}${letters}${text.slice(at + 1)}`)
    .filter((changed) => changed !== text);

const signature = fc.oneof(replaced(right), headerText).map((value) => delivery({ body, headers: { [v3]: value } }));

const bytes = fc.tuple(fc.nat(Buffer.byteLength(body) - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
  const changed = Buffer.from(body);
  changed[at] = (changed[at] ?? 0) ^ flip;
  return delivery({ body: changed, signed: { body } });
});

const farOff = fc.integer({ min: 300_001, max: 4_000_000_000 }).chain((ms) => fc.constantFrom(now - ms, now + ms));
const noStamp = headerText.filter((text) => !/^\d{13}$/.test(text));
const timestamp = fc.oneof(farOff.map(String), noStamp).map((text) => delivery({ body, signed: { timestamp: text } }));

/** Stamped within the five minutes, but not with the stamp that was signed. */
const restamped = fc
  .integer({ min: -299_999, max: 299_999 })
  .filter((ms) => ms !== 0)
  .map((ms) => delivery({ body, headers: { "x-hubspot-request-timestamp": String(now + ms) } }));

const key = fc.string().map((secret) => delivery({ body, signed: { secret } }));
const signedFor = fc.webUrl().map((uri) => delivery({ body, signed: { uri } }));
const query = fc
  .webQueryParameters()
  .filter((text) => text !== "")
  .map((text) => delivery({ body, target: `/hubspot/webhooks?${encodeURI(text)}`, signed: { uri: url } }));

/** A delivery of which one thing is not as HubSpot signed it. */
export const mutatedDelivery: fc.Arbitrary<Request> = fc.oneof(
  signature,
  bytes,
  timestamp,
  restamped,
  key,
  signedFor,
  query,
);
