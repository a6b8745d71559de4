import { Refused } from "../refused.ts";
import type { Db } from "../store/db.ts";
import { TokenRejected } from "../store/token-box.ts";
import { dropTokensOfKey, rotateTokens } from "../store/tokens.ts";

type Key = { id: string; key: Buffer };

/**
 * Encrypts every stored token with the first key; the others only decrypt. Answers how many had to be.
 * Throws Refused when a token opens under none of them; those before it are done and stay so.
 */
export async function rotateKeys(db: Db, [current, ...others]: readonly [Key, ...Key[]]): Promise<number> {
  const keys = new Map([current, ...others].map(({ id, key }) => [id, key]));
  try {
    return await rotateTokens(db, { currentKeyId: current.id, keys });
  } catch (error) {
    throw error instanceof TokenRejected ? new Refused(error.message, { cause: error }) : error;
  }
}

/** Drops the tokens that only a lost key would open; their accounts have to install again. Answers how many. */
export function forgetKey(db: Db, keyId: string): Promise<number> {
  return dropTokensOfKey(db.query, keyId);
}
