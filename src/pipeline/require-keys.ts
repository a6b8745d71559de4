import type { Deps } from "../deps.ts";
import { Refused } from "../refused.ts";
import { sealingKeyIds } from "../store/tokens.ts";

/**
 * Throws Refused when a stored token is sealed with a key that the keyring lacks: no call to that CRM could be made, and
 * a server that looks healthy would route nothing.
 */
export async function requireKeys({ db, keyring }: Pick<Deps, "db" | "keyring">): Promise<void> {
  const missing = (await sealingKeyIds(db.query)).filter((id) => !keyring.keys.has(id));
  if (missing.length === 0) return;
  throw new Refused(
    `The keyring has no key ${missing.join(", ")}: add it to BATON_ENCRYPTION_KEYS, as stored tokens open with it alone. If it is lost, "npm run baton -- keys forget ${missing[0]}" drops those tokens, and their accounts have to install Baton again.`,
  );
}
