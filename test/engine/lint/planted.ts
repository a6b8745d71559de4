import { type Finding, lintPolicy } from "../../../src/engine/lint/lint-policy.ts";
import { parsePolicy } from "../../../src/engine/parse-policy.ts";
import { withSections } from "../../../src/engine/policy-sections-text.ts";
import type { Rep } from "../../../src/model/rep.ts";
import { aRep } from "../../builders.ts";
import { shippedPolicy } from "../../golden/read-directory.ts";

export const now = "2026-11-20T09:00:00.000Z";
export const shipped = shippedPolicy("default.yaml");
export const timeZone = "Europe/Berlin";

export const teams = ["DACH Sales", "UK & Nordics Sales", "North America Sales", "General Sales", "SDR"];

/** Two of each team, all at work. */
export const reps: Rep[] = [
  ...teams.flatMap((team, at) =>
    [1, 2].map((n) => aRep({ id: `rep-${at}${n}`, name: `Rep ${at}${n}`, teams: [team] })),
  ),
  aRep({ id: "rep-e", name: "Eva", teams: ["DACH Sales", "Enterprise Sales"] }),
];

export type Planted = {
  sections?: object;
  roster?: readonly Rep[] | null;
  samples?: readonly Record<string, string | null>[];
};

/** What is found in the shipped policy with these sections in place of its own. */
export function lint({ sections = {}, roster = reps, samples }: Planted): Finding[] {
  const policy = parsePolicy(withSections(shipped, sections as Record<string, unknown>));
  return lintPolicy(policy, {
    now,
    roster: roster === null ? null : { reps: roster, timeZone },
    samples: samples ?? null,
  });
}

/** A condition as a policy file has it. */
export const line = (field: string, operator: string, value: unknown) => ({ field, operator, value });
