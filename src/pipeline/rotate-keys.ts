import { accountName } from "../crm/account-name.ts";
import { Refused } from "../refused.ts";
import type { Db } from "../store/db.ts";
import { TokenRejected } from "../store/token-box.ts";
import { dropTokens, rotateTokens, sealedAccounts } from "../store/tokens.ts";

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

/**
 * Drops the tokens of this key that no key in `keys` opens; answers the accounts that have to install again. Throws
 * Refused, and drops nothing, when `keys` open all of them: then the key is not lost.
 */
export async function forgetKey(db: Db, keyId: string, keys: ReadonlyMap<string, Buffer>): Promise<string[]> {
  const accounts = (await sealedAccounts(db.query, { keys })).filter((account) => account.keyId === keyId);
  const lost = accounts.filter(({ opens }) => !opens);
  const [opened] = accounts;
  if (opened !== undefined && lost.length === 0)
    throw new Refused(
      `The key ${keyId} is not lost: BATON_ENCRYPTION_KEYS holds it, and it opens the tokens of ${accountName(opened)}. To do without it, put a new key in front and run "npm run baton -- keys rotate".`,
    );
  await dropTokens(
    db.query,
    lost.map(({ id }) => id),
  );
  return lost.map(accountName);
}
