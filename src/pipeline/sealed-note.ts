import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Keyring } from "../store/token-box.ts";

const timeBytes = 8;
const randomLength = 32;
const sealBytes = 32;
const textAt = timeBytes + randomLength;

/** Notes of one kind are none of another; none is good for longer than `maxAgeMs`. */
export type NoteKind = { purpose: string; maxAgeMs: number };

/**
 * A note to ourselves that others carry: the time, 256 random bits and a text that everybody may read, under our seal,
 * in base64url. Nothing is stored of it.
 */
export function makeNote({ keys, currentKeyId }: Keyring, { purpose }: NoteKind, text: string, now: Date): string {
  const key = keys.get(currentKeyId);
  if (key === undefined) throw new Error(`The keyring has no key ${currentKeyId}, which is its current one.`);
  const time = Buffer.alloc(timeBytes);
  time.writeBigInt64BE(BigInt(now.getTime()));
  const body = Buffer.concat([time, randomBytes(randomLength), Buffer.from(text, "utf8")]);
  return Buffer.concat([body, sealOf(purpose, body, key)]).toString("base64url");
}

/** The text of a note of this kind that we made under a key of the keyring and that is not too old; null: it is none. */
export function readNote({ keys }: Keyring, { purpose, maxAgeMs }: NoteKind, note: string, now: Date): string | null {
  const bytes = Buffer.from(note, "base64url");
  // One spelling alone: it is by the spelling that a used one is known.
  if (bytes.length < textAt + sealBytes || bytes.toString("base64url") !== note) return null;
  const body = bytes.subarray(0, bytes.length - sealBytes);
  const seal = bytes.subarray(body.length);
  if (![...keys.values()].some((key) => timingSafeEqual(seal, sealOf(purpose, body, key)))) return null;
  const ageMs = now.getTime() - Number(body.readBigInt64BE());
  return ageMs >= 0 && ageMs <= maxAgeMs ? body.subarray(textAt).toString("utf8") : null;
}

function sealOf(purpose: string, body: Buffer, key: Buffer): Buffer {
  return createHmac("sha256", key).update(`${purpose}|`).update(body).digest();
}
