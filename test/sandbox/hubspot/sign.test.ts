import { describe, expect, test } from "@jest/globals";
import { signV1, signV3, uriToSign } from "../../../src/sandbox/hubspot/sign.ts";

const secret = "test-secret";
const timestamp = "1790000000000";
const post = {
  method: "POST",
  url: "https://app.example.com/hubspot/webhooks",
  body: '[{"eventId":1,"objectId":2}]',
  secret,
};

describe("hubspot.md §1.7 Signature v3", () => {
  test("hubspot.md §1.7 first published vector: POST of a webhook body", () => {
    expect(signV3(post, timestamp)).toBe("o3b4L8Oe1lQkIHouWGhZLPM4yNFxtPYMDdunNgoSO8g=");
  });

  test("hubspot.md §1.7 second published vector: GET with an encoded e-mail address", () => {
    const url =
      "https://app.example.com/hubspot/settings?userId=9586504&portalId=62515&userEmail=rep%40example.com&appId=54321";

    expect(signV3({ method: "GET", url, body: "", secret }, timestamp)).toBe(
      "ZoP5ZYhYWHtaQyKBwMnU7NiOE8k9BY97dFDwxxd4n7A=",
    );
  });

  test("hubspot.md §1.7 step 3: only the listed escapes are decoded", () => {
    expect(uriToSign("https://x/%3A%2f%3F%40%21%24%27%28%29%2A%2C%3B?a=%20%26%3D%2B%23")).toBe(
      "https://x/:/?@!$'()*,;?a=%20%26%3D%2B%23",
    );
  });
});

describe("hubspot.md §1.8 Signature v1", () => {
  test("hubspot.md §1.8 published vector v1", () => {
    expect(signV1(post)).toBe("9bba8b6abb0688a996a74c8bf44dc800e3a74acdca447122b599e038d3f588ae");
  });
});
