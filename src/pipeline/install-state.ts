import type { Keyring } from "../store/token-box.ts";
import { makeNote, readNote } from "./sealed-note.ts";

/** How long a started installation may take. */
export const installStateMaxAgeMs = 600_000;

const kind = { purpose: "install-state", maxAgeMs: installStateMaxAgeMs };

/** Null: the installation makes a workspace of its own, or comes back to the one that its account has. */
export type InstallState = { workspaceId: string | null };

/** What a browser must bring back. */
export function makeInstallState(keyring: Keyring, now: Date, { workspaceId }: InstallState): string {
  return makeNote(keyring, kind, workspaceId ?? "", now);
}

/** Null: it is no state that we made within the last ten minutes, under a key of the keyring. */
export function readInstallState(keyring: Keyring, state: string, now: Date): InstallState | null {
  const text = readNote(keyring, kind, state, now);
  return text === null ? null : { workspaceId: text || null };
}
