import { conditionInWords, fieldInWords } from "./condition-in-words.ts";
import { stageName } from "./explain.ts";
import { tierNames } from "./explain-tier.ts";
import { durationInWords, listed } from "./in-words.ts";
import { countryName } from "./normalise/country.ts";
import type { Batch, EngagementRule, Motion, Policy } from "./policy.ts";

/** What qualifies a lead, and what its score is made of. */
export function qualificationLines({ qualification, industries }: Policy): string[] {
  const { version, name, when, handRaiser, content, score } = qualification;
  if (when === null && handRaiser === null && content === null && score === "crm" && industries.length === 0) return [];
  return [
    `An MQL (${name}, version ${version}) is ${when === null ? "whoever is in that stage" : `one in that stage when ${conditionInWords(when)}; any other stays in nurture`}.`,
    ...(handRaiser === null ? [] : [`It counts as a hand-raiser when ${conditionInWords(handRaiser)}.`]),
    ...(content === null ? [] : [`It counts as content-qualified when ${conditionInWords(content)}.`]),
    ...(score === "own" ? scoreLines(qualification) : []),
    ...industries.map((industry) => `The industry ${industry.name} is also called ${listed(industry.synonyms, "or")}.`),
  ];
}

const scoreLines = ({ fit, engagement, weights }: Policy["qualification"]): string[] => [
  `Its score is ${weights.fit} times its fit and ${weights.engagement} times its engagement, each from 0 to 100.`,
  ...fit.map(({ name, points, when }) => `Fit, ${name}: ${points} points when ${conditionInWords(when)}.`),
  ...engagement.map((rule) => `Engagement, ${rule.name}: ${engagementInWords(rule)}.`),
];

function engagementInWords({ points, per, atMost, when, halfLifeDays, at }: EngagementRule): string {
  const each = per === null ? "" : ` for each of ${fieldInWords(per)}`;
  const most = atMost === null ? "" : `, at most ${atMost}`;
  const only = when === null ? "" : ` when ${conditionInWords(when)}`;
  const decay =
    halfLifeDays === null || at === null ? "" : `, half of it ${halfLifeDays} days after ${fieldInWords(at)}`;
  return `${points} points${each}${most}${only}${decay}`;
}

/** What keeps a lead from being routed, or from most reps; what is noted of its data. */
export function gateLines({ consent, residency, minimumFields, staleFields }: Policy): string[] {
  const optIn = consent?.optInCountries.map(countryName) ?? [];
  return [
    ...(consent === null
      ? []
      : [
          `It is stopped when ${fieldInWords(consent.field)} says ${listed(consent.refused, "or")}; where it says nothing of the kind, that is noted${optIn.length === 0 ? "" : `, and in ${listed(optIn)} it is stopped`}.`,
        ]),
    ...residency.map(
      ({ countries: codes, teams }) =>
        `Leads from ${listed(codes.map(countryName))} go to ${listed(teams)} and to nobody else.`,
    ),
    ...(minimumFields.length === 0
      ? []
      : [`What it lacks of these is noted: ${listed(minimumFields.map(fieldInWords))}.`]),
    ...(staleFields === null ? [] : staleLines(staleFields)),
  ];
}

function staleLines({ months, datedBy, enriched }: NonNullable<Policy["staleFields"]>): string[] {
  return [
    ...Object.entries(datedBy).map(
      ([field, at]) => `Its ${fieldInWords(field)} is old ${months} months after ${fieldInWords(at)}.`,
    ),
    ...Object.entries(enriched).map(
      ([field, { from, at }]) =>
        `Where its ${fieldInWords(field)} is missing or old, ${fieldInWords(from)} counts, if ${fieldInWords(at)} is no older than that.`,
    ),
  ];
}

const waiting = ({ queueId, reviewer }: Batch): string =>
  `what there is no room for waits in ${queueId}${reviewer === null ? "" : `, which ${reviewer} looks after`}`;

/** The ways that leads come, the first that fits, and what is different about each. */
export const motionLines = ({ motions }: Policy): string[] =>
  motions.map((motion) => `${motion.name} when ${conditionInWords(motion.when)}${differences(motion)}.`);

function differences({ stagesOff, firstTouch, tierCap, batch }: Motion): string {
  const clocks = Object.entries(firstTouch).map(
    ([tier, { breachMinutes }]) => `${tier} is over after ${durationInWords(breachMinutes)}`,
  );
  const told = [
    ...(tierCap === null ? [] : [`${tierNames[tierCap]} at most`]),
    ...(stagesOff.length === 0 ? [] : [`without ${listed(stagesOff.map((stage) => stageName(stage).toLowerCase()))}`]),
    ...clocks,
    ...(batch === null ? [] : ["written after everything else", waiting(batch)]),
  ];
  return told.length === 0 ? "" : `: ${told.join(", ")}`;
}
