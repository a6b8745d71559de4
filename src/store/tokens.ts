import { sql } from "kysely";
import type { Tokens } from "../model/connection.ts";
import type { Grant } from "./connections.ts";
import type { Db, Query } from "./db.ts";
import { type Keyring, openText, sealText, TokenRejected } from "./token-box.ts";

type StoredTokens = { id: string; tokens: string; tokenKeyId: string };

/** Stores the tokens of a connection, sealed under the current key. False: they are of an earlier grant than its last. */
export async function saveTokens(db: Query, keyring: Keyring, saved: Grant & { tokens: Tokens }): Promise<boolean> {
  const { id, grantNumber, tokens } = saved;
  const { sealed, keyId } = seal(keyring, id, tokens);
  const { numAffectedRows } = await sql`
    update connections set tokens = ${sealed}, token_key_id = ${keyId}, token_expires_at = ${tokens.expiresAt}
    where id = ${id} and grant_number = ${grantNumber}
  `.execute(db);
  return numAffectedRows === 1n;
}

/** Null when there are none. Throws `TokenRejected` when they do not open. */
export async function readTokens(db: Query, keyring: Keyring, id: string): Promise<Tokens | null> {
  const { rows } = await sql<StoredTokens>`
    select id, tokens, token_key_id from connections where id = ${id} and tokens is not null
  `.execute(db);
  return rows[0] === undefined ? null : open(keyring, rows[0]);
}

/**
 * Runs what renews the tokens of a connection while no other process does: of two that come with one refresh token, a CRM that
 * rotates them takes the second for a thief and ends the grant.
 */
export async function aloneWithTokens<T>(db: Db, id: string, run: () => Promise<T>): Promise<T> {
  // The embedded database has one process, which renews once for all; a transaction would hold up everything else in it.
  if (db.kind === "pglite") return run();
  return db.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`tokens of ${id}`}, 0))`.execute(tx);
    return run();
  });
}

/** The account whose tokens are sealed with a key, and whether the keyring opens them. */
export type SealedAccount = { id: string; crm: string; externalId: string; keyId: string; opens: boolean };

/** Every account that has tokens. */
export async function sealedAccounts(db: Query, keyring: Pick<Keyring, "keys">): Promise<SealedAccount[]> {
  const { rows } = await sql<StoredTokens & { crm: string; externalId: string }>`
    select id, crm, external_id, tokens, token_key_id from connections where tokens is not null
    order by token_key_id, external_id
  `.execute(db);
  return rows.map((row) => ({
    id: row.id,
    crm: row.crm,
    externalId: row.externalId,
    keyId: row.tokenKeyId,
    opens: canOpen(keyring, row),
  }));
}

function canOpen(keyring: Pick<Keyring, "keys">, stored: StoredTokens): boolean {
  try {
    open({ ...keyring, currentKeyId: stored.tokenKeyId }, stored);
    return true;
  } catch (error) {
    if (error instanceof TokenRejected) return false;
    throw error;
  }
}

/** Drops the tokens of these connections. */
export async function dropTokens(db: Query, ids: readonly string[]): Promise<void> {
  await sql`
    update connections set tokens = null, token_key_id = null, token_expires_at = null where id = any(${[...ids]})
  `.execute(db);
}

/**
 * Seals all tokens anew that are not under the current key, and tells how many. Tokens that were refreshed meanwhile
 * are under it already and stay.
 */
export async function rotateTokens(db: Db, keyring: Keyring): Promise<number> {
  const { rows } = await sql<StoredTokens>`
    select id, tokens, token_key_id from connections
    where tokens is not null and token_key_id <> ${keyring.currentKeyId} order by id
  `.execute(db.query);
  let rotated = 0;
  for (const stored of rows) {
    const { sealed, keyId } = seal(keyring, stored.id, open(keyring, stored));
    const { numAffectedRows } = await sql`
      update connections set tokens = ${sealed}, token_key_id = ${keyId}
      where id = ${stored.id} and tokens = ${stored.tokens}
    `.execute(db.query);
    rotated += Number(numAffectedRows ?? 0);
  }
  return rotated;
}

function seal(keyring: Keyring, connectionId: string, tokens: Tokens) {
  return sealText(keyring, { connectionId, field: "tokens" }, JSON.stringify(tokens));
}

function open(keyring: Keyring, { id, tokens, tokenKeyId }: StoredTokens): Tokens {
  return parseTokens(openText(keyring, { connectionId: id, field: "tokens" }, { sealed: tokens, keyId: tokenKeyId }));
}

// Nobody but `seal` can have written what opens under the key.
function parseTokens(text: string): Tokens {
  return JSON.parse(text) as Tokens;
}
