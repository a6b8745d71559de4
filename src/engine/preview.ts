import { decideAll } from "./decide.ts";
import { explain } from "./explain.ts";
import type { CrmTitles } from "./explain-account.ts";
import { namesOf } from "./names.ts";
import { planWriteBack } from "./plan.ts";
import { planInWords } from "./plan-in-words.ts";
import type { LeadFacts, Shared, State } from "./snapshot.ts";

/** What would become of a lead, as sentences: the decision with its reasons, and what would be written. */
export function previewLines(shared: Shared, facts: LeadFacts, state: State, crmTitles: CrmTitles = {}): string[] {
  const { after: before } = decideAll(shared, [], state);
  const { decisions, picks } = decideAll(shared, [facts], state);
  const [decision] = decisions;
  if (decision === undefined) throw new Error(`decideAll gave no decision for lead ${facts.lead.id}.`);
  const [pick = null] = picks;
  const reader = { names: namesOf(shared.reps), timeZone: shared.timeZone };
  const credit = pick === null ? null : { pick, before: before.credits };
  const by = { policy: shared.policy, now: shared.now };
  const plan = planWriteBack({ shared, facts, decision, decisionId: "preview", connectionId: "preview" });
  return [
    ...explain({ facts, decision, ...reader, credit, by, crmTitles }),
    "",
    "What would be written (nothing is):",
    ...planInWords(plan, reader).map((line) => `- ${line}`),
  ];
}
