/** A pattern that is written to take for ever, and the text that makes it; `refused`: why RE2 does not take it. */
export type PatternRow = [
  title: string,
  row: { pattern: string; text: string; matches: boolean | { refused: RegExp } },
];

const many = (text: string) => text.repeat(20_000);

export const patternRows: readonly PatternRow[] = [
  ["B165 (a+)+$", { pattern: "(a+)+$", text: `${many("a")}!`, matches: false }],
  ["B166 (a|a)*$", { pattern: "^(a|a)*$", text: `${many("a")}!`, matches: false }],
  ["B167 (.*)*x", { pattern: "(.*)*x", text: many("a"), matches: false }],
  ["B168 ^([a-z0-9]+)+@", { pattern: "^([a-z0-9]+)+@", text: many("a"), matches: false }],
  ["B169 (x+x+)+y", { pattern: "(x+x+)+y", text: many("x"), matches: false }],
  ["B170 ^(?:a|aa)+$", { pattern: "^(?:a|aa)+$", text: `${many("a")}!`, matches: false }],
  ["B171 .*.*.*.*=", { pattern: ".*.*.*.*=", text: many("a"), matches: false }],
  ["B172 [a-z]* four times", { pattern: "[a-z]*[a-z]*[a-z]*[a-z]*!", text: many("a"), matches: false }],
  ["B173 a back-reference", { pattern: "(a)\\1", text: "aa", matches: { refused: /invalid escape sequence/ } }],
  ["B174 a look-behind", { pattern: "(?<=a)b", text: "ab", matches: { refused: /invalid perl operator/ } }],
  ["B175 a{1,99999}", { pattern: "a{1,99999}", text: "a", matches: { refused: /repetition|repeat/ } }],
];

/** A change to the shipped policy, `[what stands there, what stands there instead]`, and what is said of it. */
export type PolicyRow = [title: string, row: { change: readonly [string, string]; path: string; says: string }];

const line = "{ field: lead.score, operator: gte, value: 80 }";
const nested = (depth: number): string => `${"{ not: ".repeat(depth - 1)}${line}${" }".repeat(depth - 1)}`;
const lines = (count: number): string => `{ any: [${Array.from({ length: count }, () => line).join(", ")}] }`;
const weight = (value: string) => ({
  change: ["reps: {}", `reps: { Ada: { weight: ${value} } }`] as const,
  path: "reps.Ada.weight",
});

export const policyRows: readonly PolicyRow[] = [
  [
    "B176 conditions 17 deep",
    { change: [line, nested(17)], path: `tiers[2].when${".not".repeat(16)}`, says: "stands deeper than 16 conditions" },
  ],
  ["B177 2,001 conditions", { change: [line, lines(1_991)], path: "", says: "at most 2000 are read" }],
  ["B179 a weight of 0", { ...weight("0"), says: "must be more than 0" }],
  ["B179 a weight of −1", { ...weight("-1"), says: "must be more than 0" }],
  ["B179 a weight that is none", { ...weight(".nan"), says: "must be a number" }],
  ["B179 a weight of 1e308", { ...weight("1e308"), says: "must be at most 100" }],
  [
    "B182 a time zone on Mars",
    { change: ["time_zone: null", "time_zone: Mars/X"], path: "hours.time_zone", says: "is no time zone" },
  ],
];

/** What other products would fill in: here it is a text like any other. */
export const templateRows: readonly [title: string, text: string][] = [
  ["B181 $\u007bprocess.env} in a reason", "$\u007bprocess.env.HOME}"],
  ["B181 {{constructor}} in a reason", "{{constructor}}"],
  [
    "B181 {{constructor.constructor('return process')()}} in a reason",
    "{{constructor.constructor('return process')()}}",
  ],
];
