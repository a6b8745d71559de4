import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Keyring } from "../store/token-box.ts";

/** How long a started installation may take. */
export const installStateMaxAgeMs = 600_000;

const timeBytes = 8;
const randomLength = 32;
const sealBytes = 32;

/** What a browser must bring back: the time and 256 random bits under our seal, in base64url. Nothing is stored of it. */
export function makeInstallState({ keys, currentKeyId }: Keyring, now: Date): string {
  const key = keys.get(currentKeyId);
  if (key === undefined) throw new Error(`The keyring has no key ${currentKeyId}, which is its current one.`);
  const time = Buffer.alloc(timeBytes);
  time.writeBigInt64BE(BigInt(now.getTime()));
  const body = Buffer.concat([time, randomBytes(randomLength)]);
  return Buffer.concat([body, sealOf(body, key)]).toString("base64url");
}

/** True for a state that we made within the last ten minutes, under a key of the keyring. */
export function isInstallState({ keys }: Keyring, state: string, now: Date): boolean {
  const bytes = Buffer.from(state, "base64url");
  // One spelling alone: it is by the spelling that a used state is known.
  if (bytes.length !== timeBytes + randomLength + sealBytes || bytes.toString("base64url") !== state) return false;
  const body = bytes.subarray(0, timeBytes + randomLength);
  const seal = bytes.subarray(timeBytes + randomLength);
  if (![...keys.values()].some((key) => timingSafeEqual(seal, sealOf(body, key)))) return false;
  const ageMs = now.getTime() - Number(body.readBigInt64BE());
  return ageMs >= 0 && ageMs <= installStateMaxAgeMs;
}

function sealOf(body: Buffer, key: Buffer): Buffer {
  return createHmac("sha256", key).update("install-state|").update(body).digest();
}
