import { readKeyConfig } from "../config.ts";
import { withStore } from "../open-store.ts";
import { rotateKeys } from "../pipeline/rotate-keys.ts";
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
