import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Base } from "../engine/match/base.ts";
import { packBase, type UnpackRefusal, unpackBase } from "../engine/match/pack-base.ts";
import type { Sections } from "../engine/match/sections.ts";

/** Where the editions of a connection are kept. `madeBy`: what else decides how its accounts are read. */
export type EditionPlace = { directory: string; connectionId: string; madeBy: string };

export type KeptEdition = {
  base: Base;
  /** When its accounts began to be read: what changed since is not in it. */
  asOf: string;
};

const ending = ".accounts";

/** Keeps an edition for the next start, in the place of the one before. Throws what the disk throws. */
export function keepEdition({ directory, connectionId, madeBy }: EditionPlace, base: Base, asOf: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const earlier = namesOf(directory, connectionId);
  const name = `${encodeURIComponent(connectionId)}.${Date.parse(asOf)}${ending}`;
  const unfinished = join(directory, `${name}.part`);
  try {
    writeFileSync(unfinished, packBase(base, madeBy), { mode: 0o600 });
    renameSync(unfinished, join(directory, name));
  } finally {
    rmSync(unfinished, { force: true });
  }
  for (const old of earlier) if (old !== name) rmSync(join(directory, old), { force: true });
}

/** The edition that was kept last; a refusal when it cannot be used, which removes it; null: there is none. */
export function readEdition(place: EditionPlace): KeptEdition | { refusedBecause: UnpackRefusal } | null {
  const { directory, connectionId, madeBy } = place;
  const name = namesOf(directory, connectionId).at(-1);
  if (name === undefined) return null;
  const path = join(directory, name);
  const { base, refusedBecause } = unpackBase(readFileSync(path), madeBy);
  if (base === null) {
    rmSync(path, { force: true });
    return { refusedBecause };
  }
  return { base, asOf: new Date(Number(name.split(".").at(-2))).toISOString() };
}

/** Deletes what is kept of a connection, finished or not. Throws what the disk throws. */
export const dropEdition = (directory: string, connectionId: string): void =>
  dropWhere(directory, (owner) => owner === encodeURIComponent(connectionId));

/** Deletes what is kept of all other connections. Throws what the disk throws. */
export function dropOtherEditions(directory: string, connectionIds: readonly string[]): void {
  const staying = new Set(connectionIds.map(encodeURIComponent));
  dropWhere(directory, (owner) => !staying.has(owner));
}

function dropWhere(directory: string, goes: (owner: string) => boolean): void {
  for (const name of namesIn(directory)) {
    const owner = /^(.+)\.\d+\.accounts(?:\.part)?$/.exec(name)?.[1];
    if (owner !== undefined && goes(owner)) rmSync(join(directory, name), { force: true });
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** The latest last. */
function namesOf(directory: string, connectionId: string): string[] {
  const beginning = `${encodeURIComponent(connectionId)}.`;
  const own = namesIn(directory).filter((name) => name.startsWith(beginning) && name.endsWith(ending));
  const timeOf = (name: string): number => Number(name.slice(beginning.length, -ending.length));
  return own.filter((name) => Number.isFinite(timeOf(name))).sort((a, b) => timeOf(a) - timeOf(b));
}

/** What has to be handed over for sections to be another thread's. */
export const buffersOf = (sections: Sections): ArrayBuffer[] => [
  ...new Set(Object.values(sections).map(({ buffer }) => buffer as ArrayBuffer)),
];
