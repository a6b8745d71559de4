import { evaluate } from "../../../src/engine/conditions.ts";
import { sourceOf } from "../../../src/engine/lint/line-key.ts";
import { numbersAround } from "../../../src/engine/lint/value-cells.ts";
import { leadWith, plainLead } from "../../../src/engine/lint/witness.ts";
import { operators } from "../../../src/engine/operators.ts";
import { type Condition, type ConditionLine, linesOf } from "../../../src/engine/policy.ts";
import type { LeadFacts } from "../../../src/engine/snapshot.ts";
import { seededRandom } from "../../builders.ts";

export const now = "2026-11-20T09:00:00.000Z";
export const plain = plainLead("marketingqualifiedlead", now);

const dayMs = 86_400_000;
const fields = [
  "lead.score",
  "lead.fitScore",
  "lead.employees",
  "lead.conversion",
  "lead.country",
  "lead.engagedAt",
  "lead.email",
  "lead.emailDomain",
  "lead.countryCode",
  "lead.company",
  "lead.companyName",
  "lead.crm.seats",
  "account.isCustomer",
  "account.country",
  "account.employees",
] as const;
const numbers = [20, 40, 60, 80, 1000];
const texts = [
  "demo",
  "demo request",
  "pricing",
  "Germany",
  "de",
  "acme.com",
  "muster.de",
  "muster gmbh",
  "true",
  "80",
  "1000",
];
const patterns = ["^demo", "price|pricing", "[0-9]+", "\\.de$"];

type Random = { below(limit: number): number; oneOf<T>(list: readonly T[]): T };

export function randomOf(seed: number): Random {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  return { below, oneOf: (list) => list[below(list.length)] as (typeof list)[number] };
}

function kindsOf(field: string): readonly string[] {
  if (/score|employees|seats/i.test(field)) return ["number", "range", "none"];
  return field === "lead.engagedAt" ? ["days", "none"] : ["text", "texts", "none"];
}

function randomLine({ below, oneOf }: Random): ConditionLine {
  const field = oneOf(fields);
  const some = <T>(list: readonly T[]): T[] => list.filter(() => below(3) === 0);
  // Mostly operators that suit the field; now and then any of them.
  const names = Object.keys(operators) as (keyof typeof operators)[];
  const suiting = names.filter((name) => kindsOf(field).includes(operators[name].form));
  const operator = oneOf(below(12) === 0 ? names : suiting);
  const { form } = operators[operator];
  const [a, b] = [oneOf(numbers), oneOf(numbers)];
  const value = {
    text: oneOf(texts),
    texts: [oneOf(texts), ...some(texts)],
    pattern: oneOf(patterns),
    number: a,
    range: [Math.min(a, b), Math.max(a, b)],
    days: oneOf([7, 30, 90]),
    none: null,
  }[form];
  return { field, operator, value };
}

function randomCondition(random: Random, depth: number): Condition {
  const kind = depth === 0 ? 0 : random.below(6);
  const some = (): Condition[] => Array.from({ length: 1 + random.below(3) }, () => randomCondition(random, depth - 1));
  if (kind === 1 || kind === 2) return { all: some() };
  if (kind === 3) return { any: some() };
  return kind === 4 ? { not: randomCondition(random, depth - 1) } : randomLine(random);
}

/** Two to seven rules of which the first that holds counts. */
export function randomRules(seed: number): Condition[] {
  const random = randomOf(seed);
  return Array.from({ length: 2 + random.below(6) }, () => randomCondition(random, 2));
}

const oddTexts = [
  "",
  "  ",
  "Demo",
  "x demo x",
  "ＤＥＭＯ",
  "80.0",
  "８０",
  "1e3",
  "-1",
  "0.5",
  "x@acme.com",
  "y@mail.muster.de",
  "x@y@z",
  "2026-11-19",
  "false",
];

/** By field: what its lines name and what lies around it, and odd values of all kinds. */
function valuesOf(rules: readonly Condition[]): Map<string, (string | null)[]> {
  const lines = rules.flatMap(linesOf);
  const named = lines.flatMap(({ value }) => (Array.isArray(value) ? value : [value]).map(String));
  const bounds = named.map(Number).filter(Number.isFinite);
  const around = numbersAround(bounds)
    .concat(bounds.flatMap((bound) => [bound - 1, bound + 1]))
    .map(String);
  const ages = [...new Set(bounds)].flatMap((days) => [days - 0.01, days, days + 0.01]);
  const times = ages.map((age) => new Date(Date.parse(now) - age * dayMs).toISOString());
  const domains = named.map((text) => `lead@${text}`);
  const joined = named.flatMap((a) => [`${a} ${named[0]}`, `${named.at(-1)}|${a}`]);
  const all = [
    null,
    null,
    null,
    ...oddTexts,
    ...named,
    ...around,
    ...times,
    ...domains,
    ...joined,
    "2027-01-01T00:00:00Z",
  ];
  return new Map([...new Set(lines.map(({ field }) => sourceOf(field)))].map((field) => [field, all]));
}

/** So many random leads among which all that rules name, and what lies around it, comes up. */
export function* randomLeads(
  rules: readonly Condition[],
  { seed, count }: { seed: number; count: number },
): Generator<LeadFacts> {
  const { oneOf } = randomOf(seed);
  const values = [...valuesOf(rules)];
  for (let made = 0; made < count; made += 1)
    yield leadWith(
      plain,
      new Map(
        values.map(([field, choices]) => [
          field,
          field.startsWith("account.is") ? oneOf(["true", "false"]) : oneOf(choices),
        ]),
      ),
    );
}

/** The rules that are the first to hold for one of these leads. */
export function reachedBy(rules: readonly Condition[], leads: Iterable<LeadFacts>): Set<number> {
  const reached = new Set<number>();
  for (const lead of leads) reached.add(rules.findIndex((rule) => evaluate(rule, lead, now)));
  return reached;
}
