import { fieldValue } from "./conditions.ts";
import type { Consent } from "./policy.ts";
import type { LeadFacts } from "./snapshot.ts";

export type ConsentState = "granted" | "refused" | "unknown";

const fold = (text: string): string => text.normalize("NFKC").trim().toLowerCase();

/** May the person be contacted, as far as the CRM knows? A word that stands in neither list says nothing. */
export function consentOf({ field, granted, refused }: Consent, facts: LeadFacts): ConsentState {
  const text = fieldValue(facts, field);
  if (text === null) return "unknown";
  const given = text.split(";").map(fold);
  const isAmong = (list: readonly string[]) => list.some((word) => given.includes(fold(word)));
  if (isAmong(refused)) return "refused";
  return isAmong(granted) ? "granted" : "unknown";
}
