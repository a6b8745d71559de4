import { createHash, createHmac } from "node:crypto";
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

/** HubSpot's own way to sign, written a second time. */
const sign = ({
  secret = "test-secret",
  method = "POST",
  uri = "https://app.example.com/hubspot/webhooks",
  body = text,
  timestamp = String(at),
} = {}) =>
  createHmac("sha256", secret)
    .update(method + uri + body + timestamp)
    .digest("base64");

const signed = (by: Parameters<typeof sign>[0], parts: Parts = {}) =>
  request({
    ...parts,
    headers: {
      "x-hubspot-signature-v3": sign(by),
      "x-hubspot-request-timestamp": by?.timestamp ?? String(at),
      ...parts.headers,
    },
  });

const check = (given: SignedRequest, more: Partial<typeof settings> = {}) =>
  whyForged({ ...settings, ...more }, given, now);

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

  test.each([at - 300_000, at + 300_000])("a timestamp five minutes off, on either side (%d)", (timestamp) => {
    expect(check(signed({ timestamp: String(timestamp) }))).toBeNull();
  });

  test("all that HubSpot decodes is decoded, and nothing else", () => {
    const target = "/x%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B?q=%20%26%3D%2B%25%23";
    const uri = "https://app.example.com/x:/?@!$'()*,;?q=%20%26%3D%2B%25%23";

    expect(check(signed({ uri }, { target }))).toBeNull();
  });

  test("a method in lower case and headers in any case", () => {
    const { headers, ...rest } = request();
    const spelled = { "X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": String(at) };

    expect(check({ ...rest, method: "post", headers: spelled })).toBeNull();
    expect(Object.keys(headers)).toHaveLength(2);
  });
});

const v3 = "x-hubspot-signature-v3";
const stamp = "x-hubspot-request-timestamp";
const sha256 = (value: string) => createHash("sha256").update(value).digest("hex");
const url = "https://app.example.com/hubspot/webhooks";

describe("reliability.md §5.4: what HubSpot did not sign is refused", () => {
  test.each<[string, SignedRequest, string]>([
    ["B001 no header", request({ headers: { [v3]: undefined } }), "no-signature"],
    ["B002 empty header", request({ headers: { [v3]: "" } }), "no-signature"],
    [
      "B003 v1 header only",
      request({ headers: { [v3]: undefined, "x-hubspot-signature": sha256(`test-secret${text}`) } }),
      "no-signature",
    ],
    [
      "B004 v2 header only",
      request({ headers: { [v3]: undefined, "x-hubspot-signature": sha256(`test-secretPOST${url}${text}`) } }),
      "no-signature",
    ],
    ["B005 v3 of another body", signed({ body: "[]" }), "wrong-signature"],
    ["B006 v3 with another secret", signed({ secret: "other" }), "wrong-signature"],
    [
      "B007 v3 in hex",
      request({ headers: { [v3]: Buffer.from(signature, "base64").toString("hex") } }),
      "bad-signature",
    ],
    [
      "B008 base64url alphabet",
      request({ headers: { [v3]: `${signature.slice(0, 20)}-_${signature.slice(22)}` } }),
      "bad-signature",
    ],
    ["B009 base64 without padding", request({ headers: { [v3]: signature.slice(0, -1) } }), "bad-signature"],
    ["B010 right prefix, truncated", request({ headers: { [v3]: signature.slice(0, 20) } }), "bad-signature"],
    ["B011 right value and a byte more", request({ headers: { [v3]: `${signature}a` } }), "bad-signature"],
    ["B012 lower-cased", request({ headers: { [v3]: signature.toLowerCase() } }), "wrong-signature"],
    [
      "B013 two headers, one right",
      request({ headers: { [v3]: [signature, sign({ secret: "other" })] } }),
      "no-signature",
    ],
    ["B014 values joined by a comma", request({ headers: { [v3]: `${signature}, ${signature}` } }), "bad-signature"],
    ["B015 timestamp 301 s old", signed({ timestamp: String(at - 301_000) }), "stale-timestamp"],
    ["B016 timestamp 301 s ahead", signed({ timestamp: String(at + 301_000) }), "stale-timestamp"],
    ["B017 timestamp abc", signed({ timestamp: "abc" }), "bad-timestamp"],
    ["B018 empty timestamp", signed({ timestamp: "" }), "no-timestamp"],
    ["B019 timestamp 1e13", signed({ timestamp: "1e13" }), "bad-timestamp"],
    ["B020 negative timestamp", signed({ timestamp: `-${at}` }), "bad-timestamp"],
    ["B021 seconds for milliseconds", signed({ timestamp: String(at / 1000) }), "bad-timestamp"],
    ["B022 a fraction", signed({ timestamp: `${at}.5` }), "bad-timestamp"],
    ["B023 twenty digits", signed({ timestamp: `${at}0000000` }), "bad-timestamp"],
    ["B024 signed for http", signed({ uri: url.replace("https", "http") }), "wrong-signature"],
    [
      "B025 signed for another host, Host header forged",
      signed({ uri: "https://evil.example/hubspot/webhooks" }, { headers: { host: "evil.example" } }),
      "wrong-signature",
    ],
    [
      "B026 X-Forwarded-Host forged",
      signed(
        { uri: "https://evil.example/hubspot/webhooks" },
        { headers: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" } },
      ),
      "wrong-signature",
    ],
    [
      "B027 query in another order",
      signed({ uri: `${url}?a=1&b=2` }, { target: "/hubspot/webhooks?b=2&a=1" }),
      "wrong-signature",
    ],
    ["B029 GET instead of POST", request({ method: "GET" }), "wrong-signature"],
    ["B030 equal JSON, written anew", request({ body: '[{"eventId": 1, "objectId": 2}]' }), "wrong-signature"],
  ])("%s", (_row, given, because) => {
    expect(check(given)).toBe(because);
  });

  test.each([
    ["literal", "/hubspot/webhooks?at=10:00"],
    ["encoded", "/hubspot/webhooks?at=10%3A00"],
    ["encoded in lower case", "/hubspot/webhooks?at=10%3a00"],
  ])("B028 a colon in the query may be %s", (_form, target) => {
    expect(check(signed({ uri: `${url}?at=10:00` }, { target }))).toBeNull();
  });

  test("one changed byte anywhere in the body is enough", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
        const body = Buffer.from(text);
        body[index] = (body[index] ?? 0) ^ flip;
        return check({ ...request(), body }) === "wrong-signature";
      }),
    );
  });

  test("the reason never holds a secret or a signature", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (given, timestamp) => {
        const because = check(request({ headers: { [v3]: given, [stamp]: timestamp } })) ?? "";
        return /^[a-z-]+$/.test(because);
      }),
    );
  });
});
