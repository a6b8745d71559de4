import type { Matched } from "../../engine/match/match.ts";
import type { Matching } from "../../engine/match/matching.ts";
import { matchingSection } from "../../engine/matching-section.ts";
import { parsePolicy } from "../../engine/parse-policy.ts";
import { policyLimit, readText } from "../../read-text.ts";

/** From which probabilities on an account is taken as it is, and a reviewer is asked. */
export type Bounds = Pick<Matching, "automatic" | "review">;

/** Of a policy file; null: those that count where a policy says nothing. Throws `Invalid` with all that is wrong with it. */
export const readBounds = async (file: string | null): Promise<Bounds> =>
  file === null ? matchingSection.parse({}) : parsePolicy(await readText(file, policyLimit), file).matching;

/** Leads by what would become of them, by how likely their account is alone; `given`: the table names an account. */
export type Bands = { automatic: number; inReview: number; without: number; given: number };

export const noLeads = (): Bands => ({ automatic: 0, inReview: 0, without: 0, given: 0 });

export function countMatched(bands: Bands, { best }: Matched, { automatic, review }: Bounds, threshold: number): void {
  const confidence = best?.confidence ?? Number.NEGATIVE_INFINITY;
  if (confidence >= automatic) bands.automatic += 1;
  else if (confidence >= review) bands.inReview += 1;
  else bands.without += 1;
  if (confidence >= threshold) bands.given += 1;
}

export function bandsInWords(
  { automatic, inReview, without, given }: Bands,
  bounds: Bounds,
  threshold: number,
): string[] {
  return [
    `${automatic} matched automatically (from ${percent(bounds.automatic)} on), ${inReview} in review (from ${percent(bounds.review)} on), ${without} without an account; by how likely it is alone, the policy's second proof not counted.`,
    `The table names an account for ${given}, from ${percent(threshold)} on (--threshold).`,
  ];
}

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
