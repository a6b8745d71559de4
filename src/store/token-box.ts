import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Keys of 32 bytes by id. New texts are sealed under the current one; the others only open what they sealed. */
export type Keyring = { currentKeyId: string; keys: ReadonlyMap<string, Buffer> };

/** What a sealed text belongs to: it opens under no other label. */
export type Label = { connectionId: string; field: string };

export type Sealed = { sealed: string; keyId: string };

/** A sealed text that is not what was sealed, or whose key is not in the keyring. The message names ids only. */
export class TokenRejected extends Error {
  override name = "TokenRejected";
}

const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with a random 96-bit nonce; base64 of nonce, tag and text. */
export function sealText(keyring: Keyring, label: Label, text: string): Sealed {
  const keyId = keyring.currentKeyId;
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", keyOf(keyring, keyId), nonce);
  cipher.setAAD(aadOf(label, keyId));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return { sealed: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64"), keyId };
}

/** Throws `TokenRejected` when any bit, the label or the key differs. */
export function openText(keyring: Keyring, label: Label, { sealed, keyId }: Sealed): string {
  const bytes = Buffer.from(sealed, "base64");
  const key = keyOf(keyring, keyId);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(aadOf(label, keyId));
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const body = bytes.subarray(nonceBytes + tagBytes);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new TokenRejected(
      `The stored ${label.field} of connection ${label.connectionId} do not open under key ${keyId}: reconnect it.`,
      { cause: error },
    );
  }
}

function keyOf({ keys }: Keyring, keyId: string): Buffer {
  const key = keys.get(keyId);
  if (key === undefined) {
    throw new TokenRejected(`The keyring has no key ${keyId}: add it, and rotate the tokens before it is removed.`);
  }
  return key;
}

function aadOf({ connectionId, field }: Label, keyId: string): Buffer {
  return Buffer.from(`${connectionId}|${field}|${keyId}`, "utf8");
}
