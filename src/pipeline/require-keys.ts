import { accountName } from "../crm/account-name.ts";
import type { Deps } from "../deps.ts";
import { Refused } from "../refused.ts";
import { sealedAccounts } from "../store/tokens.ts";

/**
 * Throws Refused when the keyring does not open a stored token: no call to that CRM could be made, and a server that
 * looks healthy would route nothing.
 */
export async function requireKeys({ db, keyring }: Pick<Deps, "db" | "keyring">): Promise<void> {
  const [closed] = (await sealedAccounts(db.query, keyring)).filter(({ opens }) => !opens);
  if (closed === undefined) return;
  const { keyId } = closed;
  const account = accountName(closed);
  const forget = `If it is lost, "npm run baton -- keys forget ${keyId}" drops what it sealed, and those accounts have to install Baton again.`;
  throw new Refused(
    keyring.keys.has(keyId)
      ? `The key ${keyId} in BATON_ENCRYPTION_KEYS is another one than the ${keyId} that sealed the tokens of ${account}: put the right one there. ${forget}`
      : `The keyring has no key ${keyId}: add it to BATON_ENCRYPTION_KEYS, as the tokens of ${account} open with it alone. ${forget}`,
  );
}
