import { expect } from "@jest/globals";
import type { Ending, OddPortal } from "../portal.ts";

/** What happens, the contacts that it is about, and how each of them must end. */
export type CrmRow = readonly [
  title: string,
  happens: (portal: OddPortal) => string[] | Promise<string[]>,
  endings: readonly Partial<Record<keyof Ending, unknown>>[],
];

export const dach = expect.stringMatching(/^(101|102|601)$/);
export const says = (text: string) => expect.stringContaining(text);
/** Decided once, one rep, one task, its clocks running. */
export const decided = { end: "decided", decisions: 1, tasks: 1, clocks: 2 };
export const toDach = { ...decided, owner: dach, reason: says("next in turn in pool dach") };
export const toAccountOwner = { ...decided, owner: "102", reason: "Bernd Rep102: owns the account" };
export const german = { country: "Germany" };

/** All of these become MQL, Germans unless they say otherwise. */
export const qualified =
  (...leads: readonly Record<string, string>[]): CrmRow[1] =>
  (portal) =>
    leads.map((lead) => portal.qualifyOdd({ ...german, ...lead }));
