import { expect, test } from "@jest/globals";
import { type Keyring, openText, sealText, TokenRejected } from "../../src/store/token-box.ts";

const keyring: Keyring = {
  currentKeyId: "k1",
  keys: new Map([
    ["k1", Buffer.alloc(32, 1)],
    ["k2", Buffer.alloc(32, 2)],
  ]),
};
const label = { connectionId: "c1", field: "tokens" };
const text = "a refresh token, ünïcode and all";

test("what was sealed opens again", () => {
  expect(openText(keyring, label, sealText(keyring, label, text))).toBe(text);
});

test("the same text never looks the same, and never shows", () => {
  const [one, two] = [sealText(keyring, label, text), sealText(keyring, label, text)];
  expect(one.sealed).not.toBe(two.sealed);
  expect(Buffer.from(one.sealed, "base64").toString("utf8")).not.toContain("refresh");
});

test("flipping any bit is refused", () => {
  const { sealed, keyId } = sealText(keyring, label, text);
  const bytes = Buffer.from(sealed, "base64");
  const opened = Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return opens({ sealed: flipped.toString("base64"), keyId });
  });
  expect(opened.filter(Boolean)).toEqual([]);
});

test.each([
  ["another connection", { connectionId: "c2", field: "tokens" }],
  ["another field", { connectionId: "c1", field: "secret" }],
])("it does not open as that of %s", (_what, other) => {
  const sealed = sealText(keyring, label, text);
  expect(() => openText(keyring, other, sealed)).toThrow(TokenRejected);
});

test("it opens under no other key, and a missing key is named", () => {
  const sealed = sealText(keyring, label, text);
  expect(() => openText(keyring, label, { ...sealed, keyId: "k2" })).toThrow(TokenRejected);
  expect(() => openText(keyring, label, { ...sealed, keyId: "k3" })).toThrow(/no key k3/);
});

test.each(["", "AAAA", "not base64 at all"])("%j is refused", (sealed) => {
  expect(() => openText(keyring, label, { sealed, keyId: "k1" })).toThrow(TokenRejected);
});

function opens(sealed: { sealed: string; keyId: string }): boolean {
  try {
    openText(keyring, label, sealed);
    return true;
  } catch {
    return false;
  }
}
