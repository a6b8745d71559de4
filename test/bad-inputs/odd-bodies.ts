import fc from "fast-check";
import { delivery, event, type Request } from "./request.ts";

const usual = event("11", 7);
const names = fc.constantFrom(
  ...Object.keys(usual),
  ...["fromObjectId", "toObjectId", "objectId", "primaryObjectId", "mergedObjectIds", "newObjectId", "eventType"],
  ...["toObjectTypeId", "fromObjectTypeId", "associationType", "associationRemoved", "associationTypeId"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty"],
);
const types = fc.constantFrom(
  ...["object.propertyChange", "object.creation", "object.deletion", "object.merge", "object.associationChange"],
  ...["contact.merge", "contact.privacyDeletion", "company.creation", "deal.associationChange", "object.", ".", ""],
);
const typeIds = fc.constantFrom("0-1", "0-2", "0-3", "0-27", "0-136", "");
/** Text that no database can hold, numbers that no integer is, and all that JSON has. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom("\u0000", "\ud800", "9".repeat(40), 2 ** 53, -1, 1e308, 8_640_000_000_000_001, "x".repeat(20_000)),
);

/** An event with up to three fields of any value, of any type; or no event at all. */
export const oddElement: fc.Arbitrary<unknown> = fc.oneof(
  fc
    .tuple(types, typeIds, fc.array(fc.tuple(names, value), { maxLength: 3 }))
    .map(([subscriptionType, objectTypeId, changes]) => ({
      ...usual,
      subscriptionType,
      objectTypeId,
      ...Object.fromEntries(changes),
    })),
  value,
);

const text = JSON.stringify([usual, event("22", 8)]);
const cut = fc.nat(text.length).map((at) => Buffer.from(text.slice(0, at)));
const strewn = fc
  .tuple(fc.nat(text.length), fc.uint8Array({ maxLength: 8 }))
  .map(([at, bytes]) => Buffer.concat([Buffer.from(text.slice(0, at)), bytes, Buffer.from(text.slice(at))]));
const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const bodies = fc
  .oneof(cut, strewn, noise, fc.json().map(Buffer.from))
  .map((body) => ({ request: delivery({ body }), mayEnd: [204, 400] }));

const token = fc.string({ unit: fc.constantFrom(...'abcxyz019-_;=/ "*') });
const headers = fc.constantFrom("content-type", "content-encoding").chain((name) =>
  token.map((letters) => ({
    request: delivery({ body: text, headers: { [name]: letters.trim() } }),
    // An empty encoding is none.
    mayEnd: name === "content-encoding" && letters.trim() === "" ? [204] : [415],
  })),
);

/** A delivery that HubSpot signed, of any bytes and of any type, with the answers that it may get. */
export const oddBody: fc.Arbitrary<{ request: Request; mayEnd: readonly number[] }> = fc.oneof(bodies, headers);
