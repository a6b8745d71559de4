import { cleanText } from "../../engine/clean-text.ts";
import type { JudgedLead } from "../../engine/match/learn.ts";
import type { Cli } from "../cli.ts";
import type { LabelledRow } from "./read-labelled.ts";

/** `said`, `true`: account ids, null: none. `probability`: how likely the likeliest account was, 0 to 1. */
export type Mistake = {
  line: number;
  lead: string;
  said: string | null;
  true: string | null;
  probability: number;
  /** The account that was likeliest, taken or not; null: none came into question. */
  likeliest: string | null;
};

/** Leads that were given a wrong account first, the surest at the front; then those that were given none. */
export function mistakesOf(leads: readonly LabelledRow[], judged: readonly JudgedLead[]): Mistake[] {
  const mistakes = leads.flatMap(({ line, id }, at): Mistake[] => {
    const of = judged[at];
    if (of === undefined || of.found === of.right) return [];
    const { found, right, confidence, likeliest } = of;
    return [{ line, lead: id, said: found, true: right, probability: rounded(confidence), likeliest }];
  });
  return mistakes.sort(
    (a, b) => Number(a.said === null) - Number(b.said === null) || b.probability - a.probability || a.line - b.line,
  );
}

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;

type Told = { file: string; most: number; names: ReadonlyMap<string, string | null> };

/** A line for each of the first `most`; `names`: of the accounts, by id. */
export function sayMistakes(cli: Cli, mistakes: readonly Mistake[], { file, most, names }: Told): void {
  if (mistakes.length === 0) return;
  const named = (id: string): string => cleanText([id, names.get(id)].filter(Boolean).join(" "));
  const told = mistakes.slice(0, most);
  cli.print("");
  const all = told.length === mistakes.length ? "" : `, here the first ${told.length} (--mistakes all names each)`;
  cli.print(`${mistakes.length} ${mistakes.length === 1 ? "mistake" : "mistakes"}${all}:`);
  for (const { line, lead, said, true: right, probability, likeliest } of told) {
    const is = right === null ? "it belongs to none" : `it belongs to ${named(right)}`;
    const none = likeliest === null ? "nothing came into question" : `likeliest ${named(likeliest)}, ${probability}`;
    const given = said === null ? `none (${none})` : `${named(said)} (${probability})`;
    cli.print(`${file}:${line}: lead ${cleanText(lead)} was given ${given}; ${is}.`);
  }
}
