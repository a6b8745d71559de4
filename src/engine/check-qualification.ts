import { isClaimStage } from "./claimants.ts";
import type { ReadField } from "./conditions.ts";
import { isCountryCode } from "./normalise/country.ts";
import { checkField, type Report } from "./parse-condition.ts";
import { linesOf } from "./policy.ts";
import type { Path } from "./policy-document.ts";
import type { Sections } from "./policy-schema.ts";
import { checkConditions } from "./read-conditions.ts";

/** What contradicts itself in qualification, gates and motions, and fields that are none. */
export function checkQualification(sections: Sections, report: Report): void {
  checkScore(sections, report);
  checkOrder(sections, report);
  checkFields(sections, report);
  checkConsent(sections, report);
  checkResidency(sections, report);
  checkMotions(sections, report);
}

function checkScore({ qualification }: Sections, report: Report): void {
  if (qualification === undefined) return;
  const { score, fit, engagement } = qualification;
  const path = ["qualification"];
  if (score === "own" && fit.length + engagement.length === 0)
    report([...path, "score"], 'needs rules that give points: list them under "fit" or "engagement"');
  if (score === "crm" && fit.length + engagement.length > 0)
    report([...path, fit.length > 0 ? "fit" : "engagement"], 'gives no points while "score" is crm: make it own');
  const seen = new Set<string>();
  const rules = [
    ...fit.map(({ name }, at) => ({ name, place: [...path, "fit", at] })),
    ...engagement.map(({ name }, at) => ({ name, place: [...path, "engagement", at] })),
  ];
  for (const { name, place } of rules) {
    if (seen.has(name)) report([...place, "name"], `"${name}" is the name of an earlier rule; names must differ`);
    seen.add(name);
  }
  for (const [at, rule] of engagement.entries()) {
    const place = [...path, "engagement", at];
    if (rule.when === null && rule.per === null)
      report(place, 'needs "when" (a condition) or "per" (a field that counts)');
    if (rule.half_life !== null && rule.at === null)
      report([...place, "half_life"], 'needs "at": the field that holds the time of the act');
    if (rule.at !== null && rule.half_life === null)
      report([...place, "at"], 'does nothing without "half_life": in how many days the points halve');
    if (rule.at_most !== null && rule.per === null) report([...place, "at_most"], 'does nothing without "per"');
  }
}

const known: readonly ReadField[] = ["isHandRaiser", "isContentQualified", "engagementScore", "motion"];

/** Read in this order: a condition may ask for what comes before it. `from`: the first of `known` that does not. */
const order = [
  { part: "hand_raiser", from: "isHandRaiser" },
  { part: "content", from: "isContentQualified" },
  { part: "fit", from: "engagementScore" },
  { part: "engagement", from: "engagementScore" },
  { part: "when", from: "motion" },
  { part: "motions", from: "motion" },
] as const;

function checkOrder({ qualification, motions }: Sections, report: Report): void {
  const parts = { ...qualification, motions };
  for (const { part, from } of order) {
    const later = known.slice(known.indexOf(from)).map((field) => `lead.${field}`);
    const lines = checkConditions({ [part]: parts[part] ?? null }, [], () => undefined).flatMap(linesOf);
    const path = part === "motions" ? [part] : ["qualification", part];
    for (const name of new Set(lines.map(({ field }) => field)))
      if (later.includes(name)) report(path, `asks for ${name}, which is known only after it`);
  }
}

function checkFields({ qualification, minimum_fields, stale_fields, consent }: Sections, report: Report): void {
  const check = (field: string | null, path: Path): void => {
    if (field !== null) checkField(field, path, report);
  };
  for (const [at, { per, at: time }] of (qualification?.engagement ?? []).entries()) {
    check(per, ["qualification", "engagement", at, "per"]);
    check(time, ["qualification", "engagement", at, "at"]);
  }
  for (const [at, field] of (minimum_fields ?? []).entries()) check(field, ["minimum_fields", at]);
  for (const [field, at] of Object.entries(stale_fields?.dated_by ?? {})) {
    check(field, ["stale_fields", "dated_by", field]);
    check(at, ["stale_fields", "dated_by", field]);
  }
  for (const [field, { from, at }] of Object.entries(stale_fields?.enriched ?? {})) {
    check(field, ["stale_fields", "enriched", field]);
    check(from, ["stale_fields", "enriched", field, "from"]);
    check(at, ["stale_fields", "enriched", field, "at"]);
  }
  check(consent?.field ?? null, ["consent", "field"]);
}

function checkConsent({ consent }: Sections, report: Report): void {
  if (consent === undefined || consent === null) return;
  const { granted, refused, opt_in_countries: countries } = consent;
  if (refused.length === 0 && countries.length === 0)
    report(["consent"], 'stops nobody: name what "refused" means, or "opt_in_countries"');
  for (const [at, word] of refused.entries())
    if (granted.some((other) => other.toLowerCase() === word.toLowerCase()))
      report(["consent", "refused", at], `"${word}" stands among what is granted as well`);
  checkCountries(countries, ["consent", "opt_in_countries"], report);
}

function checkResidency({ residency }: Sections, report: Report): void {
  for (const [at, { countries }] of (residency ?? []).entries())
    checkCountries(countries, ["residency", at, "countries"], report);
}

function checkCountries(codes: readonly string[], path: Path, report: Report): void {
  for (const [at, code] of codes.entries())
    if (!isCountryCode(code)) report([...path, at], "must be a country code of two capitals: name each country");
}

function checkMotions({ motions, stages, override_human_owner }: Sections, report: Report): void {
  for (const [at, { stages_off: off }] of (motions ?? []).entries())
    for (const [place, stage] of off.entries())
      if (stage === "availability" || stage === "pick")
        report(
          ["motions", at, "stages_off", place],
          `"${stage}" cannot be switched off: it gives the lead to somebody`,
        );
  for (const [at, stage] of (override_human_owner ?? []).entries()) {
    if (!isClaimStage(stage))
      report(["override_human_owner", at], `"${stage}" gives nobody a claim to the lead: only such stages belong here`);
    else if (stages !== undefined && !stages.includes(stage))
      report(["override_human_owner", at], `"${stage}" is not among the stages of this policy`);
  }
}
