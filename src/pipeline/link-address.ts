import type { Crm } from "../crm/crm.ts";
import type { Deps } from "../deps.ts";
import type { Keyring } from "../store/token-box.ts";
import { makeNote, readNote } from "./sealed-note.ts";

const maxAgeMs = 30 * 60_000;

const kindFor = (crm: Pick<Crm, "name">) => ({ purpose: `link|${crm.name}`, maxAgeMs });

type Settings = Pick<Deps, "keyring"> & { settings: Pick<Deps["settings"], "publicUrl"> };

/**
 * Where an administrator of a CRM account lets it join a workspace that has an account of another CRM already. Whoever
 * has the address within half an hour can let an account join: it is for that person alone.
 */
export function linkAddress({ keyring, settings }: Settings, crm: Crm, workspaceId: string, now: Date): string {
  return `${settings.publicUrl}/${crm.name}/install?link=${makeNote(keyring, kindFor(crm), workspaceId, now)}`;
}

/** The workspace that such an address of this CRM names; null: it is not ours, another CRM's, or older than half an hour. */
export function workspaceOfLink(keyring: Keyring, crm: Crm, link: string, now: Date): string | null {
  return readNote(keyring, kindFor(crm), link, now);
}
