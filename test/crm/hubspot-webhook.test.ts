import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { SignedRequest } from "../../src/crm/crm.ts";
import { whyForged } from "../../src/crm/hubspot/webhook.ts";

const at = 1_790_000_000_000;
const now = new Date(at);
const settings = { clientSecrets: ["test-secret"], publicUrl: "https://app.example.com" };
const text = '[{"eventId":1,"objectId":2}]';
/** hubspot.md §1.7, first vector. */
const signature = "o3b4L8Oe1lQkIHouWGhZLPM4yNFxtPYMDdunNgoSO8g=";

type Parts = Partial<Omit<SignedRequest, "body">> & { body?: string };

const request = ({ body = text, headers, ...rest }: Parts = {}): SignedRequest => ({
  method: "POST",
  target: "/hubspot/webhooks",
  body: Buffer.from(body),
  headers: { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": String(at), ...headers },
  ...rest,
});

const check = (given: SignedRequest, more: Partial<typeof settings> = {}) =>
  whyForged({ ...settings, ...more }, given, now);

// What it did not sign: test/bad-inputs/signature.test.ts.
describe("hubspot.md §1.7 signature v3: what HubSpot signed passes", () => {
  test("the vector of a webhook", () => {
    expect(check(request())).toBeNull();
  });

  test("the vector of a call with an encoded address in its query", () => {
    const given = request({
      method: "GET",
      target: "/hubspot/settings?userId=9586504&portalId=62515&userEmail=rep%40example.com&appId=54321",
      body: "",
      headers: { "x-hubspot-signature-v3": "ZoP5ZYhYWHtaQyKBwMnU7NiOE8k9BY97dFDwxxd4n7A=" },
    });

    expect(check(given)).toBeNull();
  });

  test("any of several secrets, the old one too", () => {
    expect(check(request(), { clientSecrets: ["new-secret", "test-secret"] })).toBeNull();
  });

  test("a method in lower case and headers in any case", () => {
    const { headers, ...rest } = request();
    const spelled = { "X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": String(at) };

    expect(check({ ...rest, method: "post", headers: spelled })).toBeNull();
    expect(Object.keys(headers)).toHaveLength(2);
  });
});

test("a signature that came twice is none, also where its values were not joined", () => {
  expect(check(request({ headers: { "x-hubspot-signature-v3": [signature, signature] } }))).toBe("no-signature");
});

test("the reason never holds a secret or a signature", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (given, timestamp) => {
      const headers = { "x-hubspot-signature-v3": given, "x-hubspot-request-timestamp": timestamp };
      return /^[a-z-]+$/.test(check(request({ headers })) ?? "");
    }),
  );
});
