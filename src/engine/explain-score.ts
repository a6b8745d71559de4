import { cleanText } from "./clean-text.ts";
import type { Decision, Step } from "./decision.ts";

type Scored = Extract<Step, { step: "scored" }>;

/** `Its score is 64 (qualification 3): fit 70, engagement 58; right-size +40, visited-pricing +17.5.` */
export function scoreInWords({ version, score, fit, engagement, parts }: Scored): string {
  const points = Object.entries(parts).map(([rule, point]) => `${cleanText(rule)} ${signed(point)}`);
  const from = points.length === 0 ? "no rule gave any points" : points.join(", ");
  return `Its score is ${score} (qualification ${cleanText(version)}): fit ${fit}, engagement ${engagement}; ${from}.`;
}

const signed = (points: number): string => (points < 0 ? `−${-points}` : `+${points}`);

/** The score that the policy's own rules gave; null where the CRM's counts. */
export function ownScoreOf({ trace }: Decision): Scored | null {
  const step = trace.find((each) => each.step === "scored");
  return step?.step === "scored" ? step : null;
}
