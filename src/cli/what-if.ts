import type { Changes } from "../engine/changes.ts";
import { noChanges } from "../engine/changes.ts";
import { parseChanges } from "../engine/parse-changes.ts";
import { readText } from "../read-text.ts";
import { Refused } from "../refused.ts";

/** What-ifs as they are typed. */
export type WhatIf = {
  without?: readonly string[];
  weight?: readonly string[];
  addRep?: readonly string[];
  away?: readonly string[];
  move?: readonly string[];
  changes?: string;
};

/** The what-ifs of a file and of the command line together. Throws `Refused` on the first that cannot be read, and `Invalid` for the file. */
export async function readChanges(given: WhatIf): Promise<Changes> {
  const file = given.changes === undefined ? noChanges : parseChanges(await readText(given.changes), given.changes);
  const { without = [], weight = [], addRep = [], away = [], move = [] } = given;
  return {
    without: [...file.without, ...without],
    weights: [...file.weights, ...weight.map(readWeight)],
    add: [...file.add, ...addRep.map(readNewRep)],
    away: [...file.away, ...away.map(readAway)],
    move: [...file.move, ...move.map(readMove)],
  };
}

function readWeight(text: string): Changes["weights"][number] {
  const [rep, weight] = parts(text, /^(.+)=([\d.]+)$/, "--weight", "'Ada Lovelace=2'");
  return { rep, weight: Number(weight) };
}

function readNewRep(text: string): Changes["add"][number] {
  const [name, team] = parts(text, /^([^:]+):(.+)$/, "--add-rep", "'Ada Lovelace:DACH Sales'");
  return { name, team };
}

function readAway(text: string): Changes["away"][number] {
  const [rep, from, to = ""] = parts(
    text,
    /^(.+)=([^=]+?)\.\.([^=]+)$/,
    "--away",
    "'Ada Lovelace=2026-11-02..2026-11-13'",
  );
  return { rep, from, to };
}

function readMove(text: string): Changes["move"][number] {
  const [country, territory] = parts(text, /^([^=]+)=(.+)$/, "--move", "NL=dach");
  return { country, territory };
}

function parts(text: string, pattern: RegExp, flag: string, example: string): [string, string, ...string[]] {
  const [, first, second, ...others] = pattern.exec(text) ?? [];
  if (first === undefined || second === undefined)
    throw new Refused(`${flag} "${text}" cannot be read: write it like ${flag} ${example}.`);
  return [first.trim(), second.trim(), ...others.map((part) => part.trim())];
}
