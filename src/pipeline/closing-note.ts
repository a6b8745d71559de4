import { cleanText, escapeHtml } from "../engine/clean-text.ts";
import type { CloseReason } from "../model/operation.ts";

const reasons: Readonly<Record<CloseReason, (holder: string | null) => string>> = {
  breached: (holder) =>
    `the first-touch limit passed, so the lead ${holder === null ? "was passed on" : `went to ${holder}`}`,
  reassigned: (holder) => `the lead was given to ${holder ?? "somebody else"}`,
  merged: () => "the lead was merged into another, which has a rep of its own",
  "lead-gone": () => "the lead was deleted or merged away",
  "handed-over": (holder) => `${holder ?? "a colleague"} took the lead over`,
  disposed: () => "the lead has got a status that ends the work on it",
  converted: () => "somebody converted the lead, so that the work on it is done",
  "no-longer-qualified": () => "the lead has moved on to another stage",
};

/** What the rep reads above the text of a task that stands beside another one for the same decision. */
export const doubledNote = "Closed by Baton: the CRM had made this task twice, and the other one is yours to do.";

/**
 * What the rep reads above the text of a task that Baton closed, as HTML; that text has the link to the decision.
 * `holder` is who has the lead now; null: not known.
 */
export function closingNote(because: CloseReason, holder: string | null): string {
  const name = holder === null ? null : escapeHtml(cleanText(holder));
  return `Closed by Baton: ${reasons[because](name)}.`;
}
