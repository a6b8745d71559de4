import { Refused } from "../../refused.ts";
import type { DemoPolicy } from "../../sandbox/demo-crm.ts";
import { managerName, newcomerName } from "./reps.ts";

/** A list that is longer than this would fill every rep up to the shipped capacity, and fall to the catch-all. */
const leadsOfShippedCapacity = 300;

/** What a CRM, by its name in a policy, has otherwise. */
export type PolicyOfCrm = { name: string; policy: DemoPolicy };

/**
 * The shipped policy with the demo's people in it: who takes what nobody else could and hears of breaches, and who is
 * new; and with what each CRM has otherwise. Everything else is what a new workspace gets.
 */
export function demoPolicy(shipped: string, { leads, crms }: { leads: number; crms: readonly PolicyOfCrm[] }): string {
  const withPeople = [...peopleChanges(leads, crms), ...valueChanges(crms)].reduce(changed, shipped);
  return crms
    .flatMap(({ policy }) => policy.fields)
    .reduce((text, fields) => readFrom(text, fields, crms.length > 1), withPeople);
}

type Change = readonly [from: string, to: string];

function changed(text: string, [from, to]: Change): string {
  if (!text.includes(from))
    throw new Refused(`The shipped policy has no line "${from}" any more: name another one with --policy.`);
  return text.replace(from, to);
}

function peopleChanges(leads: number, crms: readonly PolicyOfCrm[]): Change[] {
  // All leads come within a minute or two, as in an hour without end.
  const [capacity, caps] = leads > leadsOfShippedCapacity ? [leads, "{}"] : [30, "{ leads_per_day: 10 }"];
  const never = "{ never: { field: lead.stage, operator: known } }";
  const noReps = crms.flatMap(({ policy }) => policy.noReps).map((name) => `, ${name}: ${never}`);
  return [
    ["catch_all: { rep: null, queue: unrouted }", `catch_all: { rep: ${managerName}, queue: unrouted }`],
    [
      "rep_defaults: { weight: 1, capacity: 30, seniority: 2, caps: { leads_per_day: 10, t1_per_hour: 3 } }",
      `rep_defaults: { weight: 1, capacity: ${capacity}, seniority: 2, caps: ${caps}, manager: ${managerName} }`,
    ],
    ["reps: {}", `reps: { ${newcomerName}: { seniority: 1 }${noReps.join("")} }`],
  ];
}

const [stageLine, dispositionsLine, writesLine] = [
  "qualifying_stage: marketingqualifiedlead",
  "dispositions: [OPEN_DEAL, UNQUALIFIED, BAD_TIMING]",
  "writes: { stage: null, status: OPEN, clear_backward_stage: false }",
] as const;

/**
 * Of one CRM its values stand where the shipped ones do; of several those of each stand under its name, and the last one
 * is where it says who has a lead.
 */
function valueChanges(crms: readonly PolicyOfCrm[]): Change[] {
  const own = crms.flatMap(({ name, policy }) => (policy.own === null ? [] : [{ name, lines: linesOf(policy.own) }]));
  if (crms.length === 1) {
    const lines = own.flatMap((only) => only.lines);
    return [stageLine, dispositionsLine, writesLine].flatMap((place, at): Change[] => {
      const line = lines[at];
      return line === undefined ? [] : [[place, line]];
    });
  }
  const sections = own.map(({ name, lines }) => `  ${name}:\n${lines.map((line) => `    ${line}\n`).join("")}`);
  const authority = `owner_authority: ${crms.at(-1)?.name}`;
  return [[stageLine, `${stageLine}\n${authority}\nby_crm:\n${sections.join("")}`]];
}

const linesOf = ({ qualifyingStage, dispositions, status }: NonNullable<DemoPolicy["own"]>): string[] => [
  `qualifying_stage: ${qualifyingStage}`,
  `dispositions: [${dispositions.join(", ")}]`,
  `writes: { stage: null, status: ${status}, clear_backward_stage: false }`,
];

/** Each condition on the shipped field asks the account's own; of several CRMs one of the two will do. */
function readFrom(text: string, [shipped, own]: readonly [string, string], isOneOfSeveral: boolean): string {
  const conditions = new RegExp(`\\{ field: ${shipped.replaceAll(".", "\\.")}, ([^}]*) \\}`, "g");
  if (!conditions.test(text))
    throw new Refused(`The shipped policy does not ask for ${shipped} any more: name another one with --policy.`);
  return text.replaceAll(conditions, (_whole, test: string) => {
    const asked = (field: string): string => `{ field: ${field}, ${test} }`;
    if (!isOneOfSeveral) return asked(own);
    return `{ ${test === "operator: unknown" ? "all" : "any"}: [${asked(shipped)}, ${asked(own)}] }`;
  });
}
