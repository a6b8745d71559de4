import type { Rep } from "../../model/rep.ts";
import type { Decision } from "../decision.ts";
import type { Policy } from "../policy.ts";
import type { LeadFacts, Shared, State } from "../snapshot.ts";
import type { CrmStages } from "../unknown-stages.ts";
import type { Solver } from "./solve.ts";

/** An error keeps a policy from being published; a warning may be meant; a note is for the reader. */
export type Severity = "error" | "warning" | "note";

/** Who there is, as the CRM tells it; `timeZone` is the CRM account's. */
export type Roster = { reps: readonly Rep[]; timeZone: string };

/** A lead that shows a finding, and what the policy does with it: `decide` has said so. */
export type Witness = {
  facts: LeadFacts;
  shared: Shared;
  state: State;
  decision: Decision;
  /** What it would find on its way, were it there: its end does not tell. */
  passes?: string;
};

export type LintInput = {
  /** Spelled out (`spellOut`): its conditions ask for facts. */
  policy: Policy;
  /** As it was given: this one decides. */
  written: Policy;
  now: string;
  /** Null: nothing is said of reps. */
  roster: Roster | null;
  /** Names of the CRMs that are linked; left out: nothing is said of them. */
  crms?: readonly string[];
  /** The stages that each of them has, by its name; left out: nothing is said of them. */
  stages?: Readonly<Record<string, CrmStages>>;
  /** The fields of some leads, by the names of conditions (`score`, `crm.region`); null: nothing is said of what is filled. */
  samples: readonly Readonly<Record<string, string | null>>[] | null;
  /** Hours of a week for which a pool may have nobody on shift. */
  mostQuietHours: number;
  solver: Solver;
};

/** What one kind of check has found. `rules` are the parts of the policy that it is about, by their places and names. */
export type Found = {
  message: string;
  rules: readonly string[];
  witness: Witness | null;
  severity?: Severity;
  /** Why there is no witness, where one would be looked for. */
  unshown?: string;
};

/** One kind of finding. */
export type Lint = {
  severity: Severity;
  /** What it looks for, for people who read a list of kinds. */
  label: string;
  find(input: LintInput): Found[];
};
