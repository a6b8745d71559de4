import { fieldInWords } from "../condition-in-words.ts";
import { countryCodes, isCountryCode, normaliseCountry } from "../normalise/country.ts";
import { operators } from "../operators.ts";
import type { ConditionLine } from "../policy.ts";
import { isOwnScore, type OwnSpans, type Span, tenthsIn } from "./own-score.ts";

/** What a condition's line asks for that its field never has, each as a sentence with what to write instead. */
export function impossibleIn(line: ConditionLine, spans: OwnSpans): string[] {
  if (line.field === "lead.countryCode") return noCodes(line);
  return isOwnScore(line.field) ? noScore(line, spans.get(line.field) ?? { least: 0, most: 100 }) : [];
}

const aCode = "lead.countryCode is a code of two letters";

function noCodes(line: ConditionLine): string[] {
  const { operator, value } = line;
  if (["text", "texts"].includes(operators[operator].form) && /^(not_)?(equals|in)$/.test(operator)) {
    const texts = (Array.isArray(value) ? value : [value]).map((text) => String(text).trim());
    return texts.filter((text) => !isCountryCode(text.toUpperCase())).map((text) => `${aCode}: ${insteadOf(text)}`);
  }
  const isAny = [null, ...countryCodes].some((code) => holdsFor(line, code));
  return isAny ? [] : [`${aCode}, and none ${operators[operator].label} ${String(value)}`];
}

function insteadOf(text: string): string {
  const { value } = normaliseCountry(text);
  return value === null ? `"${text}" is none` : `write ${value} for "${text}"`;
}

function noScore(line: ConditionLine, span: Span): string[] {
  if (tenthsIn(span).some((score) => holdsFor(line, score))) return [];
  const score = `the policy's own ${fieldInWords(line.field.replace(".own.", "."))}`;
  return [
    operators[line.operator].takesMissing
      ? `${score} is always known`
      : `${score} is from ${span.least} to ${span.most}`,
  ];
}

function holdsFor({ operator, value: bound }: ConditionLine, value: string | null): boolean {
  const { holds, takesMissing } = operators[operator];
  return value === null ? takesMissing : holds(value, bound, "");
}
