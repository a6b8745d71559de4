import { cleanText } from "../../engine/clean-text.ts";
import {
  calibrationError,
  type Judged,
  type Measures,
  measure,
  measureSlices,
  recallAtPrecision,
} from "../../engine/match/measure-matches.ts";
import type { Cli } from "../cli.ts";

/** The figures of judged leads as JSON has them. Shares from 0 to 1; `candidateRecall`: see there. */
export const measuresOf = (judged: readonly Judged[], candidateRecall: number) => ({
  ...measure(judged),
  calibrationError: calibrationError(judged),
  recallAtPrecision99: recallAtPrecision(judged, 0.99),
  candidateRecall,
  slices: Object.fromEntries(measureSlices(judged)),
});

/** The same for a person. */
export function sayMeasures(cli: Cli, judged: readonly Judged[], candidateRecall: number): void {
  const { leads, withAccount, given, right, precision, recall, f1, falseMatches } = measure(judged);
  cli.print(`${leads} leads, ${withAccount} with an account; ${given} were given one, ${right} the right one.`);
  cli.print(
    `Precision ${inFull(precision)}, recall ${inFull(recall)}, F1 ${inFull(f1)}; false matches of leads without an account ${inFull(falseMatches)}.`,
  );
  cli.print(
    `Calibration error ${inFull(calibrationError(judged))}; recall at a precision of 0.99 ${inFull(recallAtPrecision(judged, 0.99))}.`,
  );
  cli.print(
    `The right account was among those that were looked at for ${(candidateRecall * 100).toFixed(1)} % of the leads that have one.`,
  );
  const slices = [...measureSlices(judged)];
  if (slices.length < 2) return;
  cli.print("");
  cli.print(
    `${"slice".padEnd(28)}${"leads".padStart(6)}${"given".padStart(7)}${"precision".padStart(11)}${"recall".padStart(9)}${"false".padStart(9)}`,
  );
  for (const [slice, of] of slices) cli.print(lineOf(cleanText(slice), of));
}

const inFull = (share: number): string => share.toFixed(4);

function lineOf(slice: string, { leads, withAccount, given, precision, recall, falseMatches }: Measures): string {
  const shares = withAccount === 0 ? ["-", "-", inFull(falseMatches)] : [inFull(precision), inFull(recall), "-"];
  const [first = "", second = "", third = ""] = shares;
  return `${slice.padEnd(28)}${String(leads).padStart(6)}${String(given).padStart(7)}${first.padStart(11)}${second.padStart(9)}${third.padStart(9)}`;
}
