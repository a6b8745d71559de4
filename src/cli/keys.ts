import { readGivenKeys, readKeyConfig, readStoreConfig } from "../config.ts";
import { withStore } from "../open-store.ts";
import { forgetKey, rotateKeys } from "../pipeline/rotate-keys.ts";
import { Refused } from "../refused.ts";
import type { Cli } from "./cli.ts";

/** Encrypts every stored token with the first of BATON_ENCRYPTION_KEYS; the others can be dropped afterwards. */
export async function keysRotate(cli: Cli): Promise<void> {
  const config = readKeyConfig();
  const [current, ...others] = config.encryptionKeys;
  const count = await withStore(config, (db) => rotateKeys(db, config.encryptionKeys));
  const rest = others.length === 0 ? "" : ` The keys ${others.map(({ id }) => id).join(", ")} are not needed any more.`;
  cli.print(
    `Encrypted the tokens of ${count} ${count === 1 ? "connection" : "connections"} with the key ${current.id}.${rest}`,
  );
}

/** Drops the tokens that are sealed with a lost key, so that Baton starts without it. Throws Refused when there are none. */
export async function keysForget(cli: Cli, keyId: string): Promise<void> {
  const keys = new Map(readGivenKeys().map(({ id, key }) => [id, key]));
  const accounts = await withStore(readStoreConfig(), (db) => forgetKey(db, keyId, keys));
  if (accounts.length === 0) throw new Refused(`No stored token is sealed with a key ${keyId}: check the id.`);
  cli.print(`Dropped the tokens that the key ${keyId} had sealed. Install Baton again in:`);
  for (const account of accounts) cli.print(`  ${account}`);
}
