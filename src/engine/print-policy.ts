import { type Shift, type Weekday, weekdays } from "../model/rep.ts";
import { conditionInWords } from "./condition-in-words.ts";
import { stageName } from "./explain.ts";
import { tierNames } from "./explain-tier.ts";
import { durationInWords, listed } from "./in-words.ts";
import { countryName } from "./normalise/country.ts";
import type { Caps, Policy, RepSettings, Segment, TimeAllowed } from "./policy.ts";
import { claimLines } from "./print-claims.ts";
import { crmLines, writeLines } from "./print-crms.ts";
import { matchingLines } from "./print-matching.ts";
import { overrideLines } from "./print-overrides.ts";
import { gateLines, motionLines, qualificationLines } from "./print-qualification.ts";
import { territoryLines } from "./print-territories.ts";
import type { StrategyId } from "./strategies/index.ts";

/** A policy in plain language, for people who route and are routed to: a heading and sentences for each part. */
export function printPolicy(policy: Policy): string[] {
  return [
    `Policy ${policy.name}`,
    ...policyParts(policy).flatMap(([heading, lines]) =>
      lines.length === 0 ? [] : ["", heading, ...lines.map((line) => `- ${line}`)],
    ),
  ];
}

/** The same as data: each heading with its sentences, some with none; `ranked` where an earlier one goes before a later. */
export function policyParts(policy: Policy): readonly [heading: string, lines: readonly string[], order?: "ranked"][] {
  return [
    ["Which leads", whichLeads(policy)],
    ["In several CRMs", crmLines(policy)],
    ["Where it comes from, the first that fits", motionLines(policy), "ranked"],
    ["Which account it belongs to", matchingLines(policy.matching)],
    ["How hot a lead is: the first that fits", tiers(policy), "ranked"],
    ["What goes elsewhere whoever has a claim to it, the first that fits", overrideLines(policy), "ranked"],
    ["Who has a claim to it, the first of these", claimLines(policy), "ranked"],
    ["Where it belongs", territoryLines(policy)],
    ["Who of them", narrowings(policy), "ranked"],
    ["Pools, and whose turn it is", pools(policy)],
    ["When nobody there can take it", fallbacks(policy)],
    ["When reps work", hours(policy)],
    ["What a rep can carry", capacities(policy)],
    ["By when it must be touched", limits(policy)],
    ["What else is written", writeLines(policy.writes)],
    ["Who is told", told(policy)],
    ["What is left to other apps", requests(policy)],
  ];
}

function whichLeads(policy: Policy): string[] {
  const { staleAfterMinutes } = policy;
  return [
    `A lead is routed when it enters the stage ${policy.qualifyingStage}.`,
    ...qualificationLines(policy),
    ...policy.gates.map(({ name, when }) => `It is stopped (${name}) when ${conditionInWords(when)}.`),
    ...gateLines(policy),
    `An owner whom a person set in the last ${policy.keepHumanOwnerDays} days is kept${overrides(policy)}.`,
    ...(staleAfterMinutes === null
      ? []
      : [`One that is decided more than ${durationInWords(staleAfterMinutes)} late is flagged.`]),
  ];
}

const overrides = ({ overrideHumanOwner: stages }: Policy): string =>
  stages.length === 0 ? "" : `, unless somebody has a claim by ${listed(stages.map(lowerName), "or")}`;

const tiers = (policy: Policy): string[] => [
  ...policy.tiers.map(({ tier, when }) => `${tierNames[tier]} when ${conditionInWords(when)}.`),
  `Everything else is ${tierNames.T3}.`,
  ...(policy.tiers.some(({ tier }) => tier === "nurture") ? ["Nurture leads are given to nobody."] : []),
];

function narrowings(policy: Policy): string[] {
  const lines = { language: languages, segment: segments, vertical: verticals, tier: tierNeeds } as const;
  const told = policy.stages.flatMap((stage) => (stage in lines ? lines[stage as keyof typeof lines](policy) : []));
  const relaxed = policy.relax.filter(
    (stage) => policy.stages.includes(stage) && (stage !== "vertical" || policy.verticals.length > 0),
  );
  if (told.length === 0 || relaxed.length === 0) return told;
  return [
    ...told,
    `While nobody of them is free, these are dropped one after the other: ${relaxed.map(lowerName).join(", ")}.`,
  ];
}

const lowerName = (stage: string): string => stageName(stage).toLowerCase();

const languageName = (code: string): string => new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code;

const languages = (policy: Policy): string[] => [
  ...policy.languages
    .filter((listing) => listing.countries.length > 0)
    .map(
      ({ language, countries: codes, teams }) =>
        `A lead in ${languageName(language)} from ${listed(codes.map(countryName))} goes to those who speak it${ofTeams(teams)}, and to nobody else.`,
    ),
  "A lead in any other known language goes to those of the pool who speak it, if there are any.",
];

const ofTeams = (teams: readonly string[]): string => (teams.length === 0 ? "" : ` (${listed(teams)})`);

const segments = (policy: Policy): string[] =>
  policy.segments
    .filter(({ teams }) => teams.length > 0)
    .map((segment) => `${segment.name}, ${sizeOf(segment)}: ${listed(segment.teams)}.`);

function sizeOf({ min, max, fallback }: Segment): string {
  const size =
    min === null ? `up to ${max} employees` : max === null ? `${min} employees and more` : `${min} to ${max} employees`;
  return fallback ? `${size} or an unknown number` : size;
}

const verticals = (policy: Policy): string[] =>
  policy.verticals.map(
    ({ name, when, teams }) => `${name}, when ${conditionInWords(when)}: its specialists${ofTeams(teams)}.`,
  );

const tierNeeds = (policy: Policy): string[] =>
  Object.entries(policy.tierNeeds).map(
    ([tier, { seniority, orPool }]) =>
      `${tierNames[tier as keyof typeof tierNames]}: reps of seniority ${seniority} and more${orPool === null ? "" : `, and pool ${orPool}`}.`,
  );

const turns: Readonly<Record<StrategyId, string>> = {
  smooth_weighted: "in turn, in proportion to weight and room",
  highest_effective_weight: "always whoever has the most room for their weight",
  lowest_load: "whoever carries the least for their capacity",
  round_robin: "in turn, one each",
  claim: "a list from which they take leads themselves",
};

/** Between pools only their weights count, whatever their members carry. */
const groupTurns: Readonly<Record<StrategyId, string>> = {
  ...turns,
  smooth_weighted: "in turn, in proportion to their weights",
};

const pools = ({ pools: all }: Policy): string[] =>
  all.map(({ name, teams, reps, roles, tags, groups, strategy, claimWithin }) => {
    const members = teams.includes("*") ? "everyone" : listed([...teams, ...roles, ...tags, ...reps]);
    const time = strategy === "claim" ? ` ${timeInWords(claimWithin)}` : "";
    return groups.length === 0
      ? `${name}: ${members}, ${turns[strategy]}${time}.`
      : `${name}: the pools ${listed(groups.map(groupInWords))}, ${groupTurns[strategy]}; then inside the one whose turn it is.`;
  });

const groupInWords = ({ pool, weight }: Policy["pools"][number]["groups"][number]): string =>
  weight === 1 ? pool : `${pool} (weight ${weight})`;

const timeInWords = ({ T1, T2, T3 }: TimeAllowed): string =>
  `(T1 for ${durationInWords(T1)}, T2 for ${durationInWords(T2)}, T3 for ${durationInWords(T3)})`;

function fallbacks({ waterfall, catchAll, followTheSun, holder }: Policy): string[] {
  const last = catchAll.repId === null ? `the queue ${catchAll.queueId}` : catchAll.repId;
  const levels = waterfall.map(({ name, isList }) => (isList ? `the list ${name}` : `pool ${name}`));
  const reviewers = [...waterfall, { name: catchAll.queueId, reviewer: catchAll.reviewer }];
  return [
    `${listed(levels, "then")}, then ${last}.`,
    ...waterfall.flatMap(({ name, wait, isList }) =>
      wait === null
        ? []
        : [
            `${name} holds a lead ${timeInWords(wait)} ${isList ? "for whoever can take it" : "when somebody tried so far will be able to take it by then"}.`,
          ],
    ),
    ...(followTheSun === null ? [] : [`While nobody whom a lead is meant for is on shift: pool ${followTheSun}.`]),
    ...reviewers.flatMap(({ name, reviewer }) =>
      reviewer === null ? [] : [`${reviewer} looks after what ends in ${name}.`],
    ),
    ...(holder === null ? [] : [`Until somebody has a lead, ${holder} answers for it.`]),
  ];
}

function openDeals({ opportunityLoad: { early, mid, late, slow, slowAfterDays } }: Policy): string {
  const thirds = `${early} in the first third of its pipeline, ${mid} in the second, ${late} in the last`;
  return `An open deal counts ${thirds}, and ${slow} more after ${slowAfterDays} days in one stage.`;
}

const catchUps: Readonly<Record<Policy["catchUp"], string>> = {
  none: "Who was away catches up with nothing.",
  capped: "Who was away catches up with a full round of their pool at most.",
  full: "Who was away catches up with every turn that they would have had.",
};

function capacities(policy: Policy): string[] {
  const { repDefaults, reps, nearCapacity, dispositions, maxOwnersByAutomation, catchUp, keepCreditDays } = policy;
  return [
    `Each rep: ${settingsInWords(repDefaults)}.`,
    ...Object.entries(reps).map(([rep, settings]) => `${rep}: ${settingsInWords(settings)}.`),
    `A lead counts until it leaves the stage or its status is ${listed(dispositions, "or")}.`,
    openDeals(policy),
    ...(nearCapacity === null ? [] : [`From ${nearCapacity * 100} % of it on, each lead that a rep is given says so.`]),
    catchUps[catchUp],
    `Who leaves a pool and is back within ${keepCreditDays} days goes on with the turns that they were owed; later they begin as a newcomer does, at the pool's mean.`,
    `One lead is given to at most ${maxOwnersByAutomation} reps.`,
  ];
}

function hours({ hours: { shifts, timeZone, publicHolidays, companyHolidays } }: Policy): string[] {
  const zone = timeZone === null ? "" : `, ${timeZone} time`;
  return [
    `Where the CRM tells nothing else: ${shifts.length === 0 ? "never" : listed(shiftsInWords(shifts))}${zone}.`,
    ...(publicHolidays ? ["Not on the public holidays of where they work."] : []),
    ...(companyHolidays.length === 0 ? [] : [`Nobody on ${listed(spansOf(companyHolidays))}.`]),
  ];
}

/** "MO, TU and WE 09:00–18:00" for days that have the same hours. */
function shiftsInWords(shifts: readonly Shift[]): string[] {
  const byHours = Map.groupBy(shifts, ({ startMinute, endMinute }) => `${clock(startMinute)}–${clock(endMinute)}`);
  return [...byHours].map(([times, same]) => {
    const days = weekdays.filter((day) => same.some((shift) => shift.day === day));
    return `${daysInWords(days)} ${times}`;
  });
}

function daysInWords(days: readonly Weekday[]): string {
  if (days.length === 7) return "every day";
  const [first = "MO"] = days;
  const run = weekdays.slice(weekdays.indexOf(first), weekdays.indexOf(first) + days.length);
  const isRun = days.length > 2 && run.every((day, at) => day === days[at]);
  return isRun ? `${dayNames[first]} to ${dayNames[run.at(-1) ?? first]}` : listed(days.map((day) => dayNames[day]));
}

const dayNames: Readonly<Record<Weekday, string>> = {
  MO: "Monday",
  TU: "Tuesday",
  WE: "Wednesday",
  TH: "Thursday",
  FR: "Friday",
  SA: "Saturday",
  SU: "Sunday",
};

/** Minutes since midnight, of the next day too. */
const clock = (minute: number): string => {
  const ofDay = minute > 1440 ? minute - 1440 : minute;
  return `${String(Math.floor(ofDay / 60)).padStart(2, "0")}:${String(ofDay % 60).padStart(2, "0")}`;
};

/** Dates that follow each other as one: "2026-12-27 to 2026-12-31". */
function spansOf(dates: readonly string[]): string[] {
  const spans: { from: string; to: string }[] = [];
  for (const date of [...new Set(dates)].sort()) {
    const last = spans.at(-1);
    if (last !== undefined && Date.parse(date) - Date.parse(last.to) === 86_400_000) last.to = date;
    else spans.push({ from: date, to: date });
  }
  return spans.map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
}

const settingsInWords = ({
  weight,
  ramp,
  capacity,
  caps,
  seniority,
  segments,
  languages,
  verticals,
  holidayRegion,
  managerId,
  backupId,
  role,
  tags,
  never,
}: RepSettings): string =>
  [
    `${capacity} open leads`,
    ...capsInWords(caps),
    `weight ${weight}`,
    ...(ramp === null ? [] : [`times ${ramp.factor} for ${ramp.days} days from ${ramp.from}`]),
    `seniority ${seniority}`,
    ...languages.map((language) => `speaks ${languageName(language)}`),
    ...[...segments, ...verticals].map((special) => `specialist of ${special}`),
    ...(holidayRegion === null ? [] : [`public holidays of ${holidayRegion}`]),
    ...(managerId === null ? [] : [`manager ${managerId}`]),
    ...(backupId === null ? [] : [`backup ${backupId}`]),
    ...(role === null ? [] : [role]),
    ...tags,
    ...(never === null ? [] : [`never a lead when ${conditionInWords(never)}`]),
  ].join(", ");

const capsInWords = ({ leadsPerDay, leadsPerWeek, t1PerHour }: Caps): string[] => [
  ...(leadsPerDay === null ? [] : [`${leadsPerDay} new ones a day`]),
  ...(leadsPerWeek === null ? [] : [`${leadsPerWeek} a week`]),
  ...(t1PerHour === null ? [] : [`${t1PerHour} ${tierNames.T1} an hour`]),
];

const limits = ({ firstTouch }: Policy): string[] =>
  Object.entries(firstTouch).map(
    ([tier, { warnMinutes, breachMinutes }]) =>
      `${tierNames[tier as keyof typeof tierNames]}: a reminder after ${durationInWords(warnMinutes)}, over after ${durationInWords(breachMinutes)} of the rep's working time; the next rep gets it then.`,
  );

function told({ notify: { crm } }: Policy): string[] {
  if (crm.length === 0) return ["Reps are told of a lead by its task alone."];
  const which = crm.length === 3 ? "" : ` of ${listed(crm)}`;
  return [
    `A rep who gets a lead${which} is told in the CRM at once, on the desk and on the phone, where it can do that.`,
  ];
}

function requests({ requests: { share, urgent } }: Policy): string[] {
  const kept = urgent === 0 ? "" : ` The last ${percent(urgent)} of them are kept for owners.`;
  return [`Of the calls that the CRM allows an account in 24 hours Baton makes at most ${percent(share)}.${kept}`];
}

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
