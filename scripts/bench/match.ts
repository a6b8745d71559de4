import { availableParallelism } from "node:os";
import { loadMailDomains } from "../../src/data/mail-domains.ts";
import { buildBase } from "../../src/engine/match/build-base.ts";
import { crossValidate, prepareLead } from "../../src/engine/match/learn.ts";
import { prepareSizes } from "../../src/engine/match/learn-sizes.ts";
import { match } from "../../src/engine/match/match.ts";
import { type Judged, type Measures, measure } from "../../src/engine/match/measure-matches.ts";
import { shippedWeights } from "../../src/engine/match/shipped-weights.ts";
import { usualTraining } from "../../src/engine/match/train.ts";
import { type MatchData, readMatchData } from "./match-data.ts";
import { judgedBy, type Rival, rivalsWith } from "./match-rivals.ts";
import { goalsOfScale, measureScale, type ScaleFigures, topLists } from "./match-scale.ts";
import { rounded } from "./measure.ts";
import { type Goal, goalLine, missedGoals } from "./rounds.ts";

/**
 * `data`: a folder with labelled tables; null: all is made from the seed. `accounts`: sizes of the large bases. `leads`: of
 * the labelled ones the first so many; null: all.
 */
export type MatchOptions = { seed: number; data: string | null; accounts: readonly number[]; leads: number | null };

/** One way to match, on the same accounts and leads as the others. Rates are of the thread's own time. */
export type MatchSide = Pick<Measures, "precision" | "recall" | "f1" | "falseMatches"> & {
  accountsPerS: number;
  leadsPerS: number;
};

export type MatchResult = {
  bench: "match";
  sides: Record<string, MatchSide>;
  /** The best of the others by F1, and how we are beside it. */
  best: string;
  f1ToBest: number;
  /** Our leads a second ÷ those of the best. */
  speedToBest: number;
  scales: ScaleFigures[];
  top: ReturnType<typeof topLists>;
  missed: string[];
  from: string;
  leads: number;
  node: string;
  cores: number;
  date: string;
};

const ours = "Baton";
const classes = loadMailDomains();
const validation = { folds: 5, seed: 1, threshold: 0.6, ...usualTraining };

/** Ours beside what packages can do, on the same accounts and labelled leads, then bases of many more accounts. */
export async function run({ seed, data: folder, accounts, leads }: MatchOptions): Promise<MatchResult> {
  const all = await readMatchData(folder, seed);
  const data = leads === null ? all : { ...all, leads: all.leads.slice(0, leads) };
  const sides: Record<string, MatchSide> = { [ours]: oursOf(data) };
  for (const [name, rival] of Object.entries(rivalsWith(classes.isFreeMail))) sides[name] = rivalOf(rival, data);
  const scales: ScaleFigures[] = [];
  for (const size of accounts) scales.push(await measureScale({ accounts: size, seed, data: folder }));
  const [best = ""] = Object.keys(sides)
    .filter((name) => name !== ours)
    .sort((a, b) => (sides[b]?.f1 ?? 0) - (sides[a]?.f1 ?? 0));
  const [own, other] = [sides[ours], sides[best]];
  const result = {
    bench: "match" as const,
    sides,
    best,
    f1ToBest: rounded((own?.f1 ?? 0) / (other?.f1 ?? 1), 3),
    speedToBest: rounded((own?.leadsPerS ?? 0) / (other?.leadsPerS ?? 1), 1),
    scales,
    top: topLists(data.accounts, seed),
    from: data.from,
    leads: data.leads.length,
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString(),
  };
  return { ...result, missed: missedGoals(goalsOf(result)) };
}

/** How many a second, by the processor time of this thread: other work on the machine does not count. */
function timed<T>(count: number, work: () => T): { made: T; perS: number } {
  const before = process.threadCpuUsage();
  const made = work();
  const { user, system } = process.threadCpuUsage(before);
  return { made, perS: Math.round((count / (user + system)) * 1_000_000) };
}

const sideOf = (judged: readonly Judged[], accountsPerS: number, leadsPerS: number): MatchSide => {
  const { precision, recall, f1, falseMatches } = measure(judged);
  return { precision, recall, f1, falseMatches, accountsPerS, leadsPerS };
};

/** Each lead is judged by weights that were learned from the others. */
function oursOf({ accounts, leads }: MatchData): MatchSide {
  buildBase(accounts, classes, [1, 2]);
  const built = timed(accounts.length, () => buildBase(accounts, classes, [1, 2]));
  const base = built.made;
  const matcher = { bases: [base], classes, weights: shippedWeights };
  for (const { lead } of leads) match(lead, matcher);
  const matched = timed(leads.length, () => leads.map(({ lead }) => match(lead, matcher)));
  const judged = crossValidate(
    leads.map((lead) => prepareLead(lead, base, classes)),
    prepareSizes(leads, accounts, { classes, seed: validation.seed }),
    validation,
  );
  return sideOf(judged, built.perS, matched.perS);
}

function rivalOf(rival: Rival, { accounts, leads }: MatchData): MatchSide {
  const built = timed(accounts.length, () => rival(accounts));
  const matched = timed(leads.length, () => leads.map(judgedBy(built.made)));
  return sideOf(matched.made, built.perS, matched.perS);
}

type Figures = Omit<MatchResult, "missed">;

function goalsOf({ sides, f1ToBest, speedToBest, scales }: Figures): Goal[] {
  const { f1 = 0, falseMatches = 0 } = sides[ours] ?? {};
  return [
    { name: "F1 of ours ÷ the best of the others (f1ToBest)", value: f1ToBest, atLeast: 1.1 },
    { name: "leads/s of ours ÷ the best of the others (speedToBest)", value: speedToBest, atLeast: 1 },
    { name: "F1", value: rounded(f1, 3), atLeast: 0.945 },
    { name: "false matches among leads without an account", value: rounded(falseMatches, 4), atMost: 0.015 },
    ...scales.flatMap(goalsOfScale),
  ];
}

export function describe(result: MatchResult): string {
  const { sides, best, scales, top, from, leads } = result;
  return [
    `${leads} labelled leads (${from}); ours by weights learned from other leads than those judged. Rates are of one core's time.`,
    "",
    row(["", "precision", "recall", "F1", "false", "accounts/s", "leads/s"]),
    ...Object.entries(sides).map(([name, side]) =>
      row([name, ...shares(side), whole(side.accountsPerS), whole(side.leadsPerS)]),
    ),
    "",
    `the best of the others: ${best}`,
    "",
    ...scales.map(scaleLine),
    "",
    ...(["words", "labels", "endings"] as const).map((list) => columnsOf(list, top.given[list], top.made[list])),
    ...goalsOf(result).map(goalLine),
  ].join("\n");
}

const row = ([name = "", ...cells]: readonly string[]): string =>
  `${name.padEnd(28)}${cells.map((cell) => cell.padStart(12)).join("")}`;
const whole = (value: number): string => value.toLocaleString("en-US");
const shares = ({ precision, recall, f1, falseMatches }: MatchSide): string[] =>
  [precision, recall, f1, falseMatches].map((each) => each.toFixed(4));

function scaleLine(scale: ScaleFigures): string {
  const { accounts, accountsPerS, accountsPerCpuS, bytesPerAccount, leadsPerS, leadsPerCpuS, p50Ms, p99Ms } = scale;
  return [
    `${whole(accounts)} accounts: read at ${whole(accountsPerCpuS)} a second of processor time (${whole(accountsPerS)} by the clock), ${bytesPerAccount} bytes each, ${scale.peakMb} MB at most`,
    `  ${whole(leadsPerCpuS)} leads/s (${whole(leadsPerS)} by the clock), p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms; precision ${scale.precision.toFixed(3)}, recall ${scale.recall.toFixed(3)} by the shipped weights`,
    `  bytes by array: ${Object.entries(scale.parts)
      .map(([name, bytes]) => `${name} ${bytes}`)
      .join(", ")}`,
  ].join("\n");
}

/** Both lists side by side, so that it can be seen whether the made ones are like the given ones. */
function columnsOf(name: string, given: readonly string[], made: readonly string[]): string {
  const lines = given.map((one, at) => `  ${one.padEnd(32)}${made[at] ?? ""}`);
  return [`The commonest ${name}, given and made:`, ...lines, ""].join("\n");
}
