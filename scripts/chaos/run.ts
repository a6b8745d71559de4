import { createRandom } from "../../src/sandbox/create-random.ts";
import { checkAlways, checkEnds } from "./check/index.ts";
import { walkLedgers } from "./check/ledgers.ts";
import type { Evidence, Violation } from "./check/violation.ts";
import { createDeck } from "./deck.ts";
import type { Fault } from "./fault.ts";
import { faultsIn, otherFaults, processFaults } from "./faults.ts";
import { historyOf } from "./history.ts";
import { createLoad } from "./load.ts";
import { joinTruths, leadName, type Truth } from "./truth.ts";
import type { World } from "./world.ts";

export type RunOptions = {
  seed: number;
  rounds: number;
  /** A part of the names of the faults of processes that are wanted. Default: all. */
  only?: string;
  print: (line: string) => void;
};

export type RunResult = {
  seed: number;
  rounds: number;
  /** Null when no promise was broken. */
  broken: { round: number | "end"; violations: readonly Violation[]; history: readonly string[] } | null;
  struck: Readonly<Record<string, number>>;
  figures: Figures;
};

export type Figures = {
  qualified: number;
  acknowledged: number;
  decisions: number;
  batchesReplayed: number;
  /** The largest |credit| of any pool. */
  mostCredit: number;
  redriven: number;
};

/** A fault, of a process or of the CRM and what it sends, until it has struck. */
type Armed = { fault: Fault; kind: "process" | "other"; struckBefore: number; end: () => Promise<void> };

type Run = RunOptions & {
  world: World;
  armed: Armed[];
  replayed: number;
  redriven: number;
  last: Evidence | null;
};

const lookEveryMs = 5_000;
/** Search shows what was written so long ago (hubspot.md §4.2); a worker that starts later finds what no webhook told. */
const searchLagMs = 15_000;

/** Rounds of load and faults, each followed by a look at what must always hold; then calm, and a look at the ends. */
export async function run(world: World, options: RunOptions): Promise<RunResult> {
  const { seed, rounds, only = "", print } = options;
  const random = createRandom(seed);
  const state: Run = { ...options, world, armed: [], replayed: 0, redriven: 0, last: null };
  const load = createLoad(world, createRandom(seed + 1));
  const wanted = faultsIn(processFaults, world.kind, only);
  if (wanted.length === 0) throw new Error(`No fault of processes on ${world.kind} has "${only}" in its name.`);
  const drawProcess = createDeck(wanted, random);
  const drawOther = createDeck(faultsIn(otherFaults(world), world.kind, ""), random);
  const isArmed = (fault: Fault) => state.armed.some((armed) => armed.fault === fault);
  const drawNewOther = (): Fault => {
    const fault = drawOther();
    return isArmed(fault) ? drawNewOther() : fault;
  };

  for (let round = 1; round <= rounds; round += 1) {
    for (const [draw, kind] of [
      [drawProcess, "process"],
      [drawNewOther, "other"],
    ] as const)
      while (armedOf(state, kind).length < armedAtOnce[kind]) await arm(state, { fault: draw(), kind, random });
    const names = [...armedOf(state, "process"), ...armedOf(state, "other")].map(({ fault }) => fault.name);
    const violations = await playRound(state, { random, schedule: load.schedule });
    print(`round ${round}: ${names.join(" + ")}${violations.length > 0 ? "  BROKEN" : ""}`);
    if (violations.length > 0) return resultOf(state, { round, violations });
  }
  const violations = await settle(state);
  return resultOf(state, violations.length > 0 ? { round: "end", violations } : null);
}

/** Of each kind; what has not struck yet, for nobody came to its point, stays armed in the next rounds. */
const armedAtOnce = { process: 2, other: 3 };

const armedOf = ({ armed }: Run, kind: Armed["kind"]): Armed[] => armed.filter((one) => one.kind === kind);

async function arm(
  { world, armed }: Run,
  { fault, kind, random }: Pick<Armed, "fault" | "kind"> & { random: () => number },
): Promise<void> {
  armed.push({ fault, kind, struckBefore: fault.struck(world), end: await fault.begin(world, random) });
}

async function disarm(state: Run, isDone: (armed: Armed) => boolean): Promise<void> {
  for (const armed of state.armed.filter(isDone)) await armed.end();
  state.armed = state.armed.filter((armed) => !isDone(armed));
}

type Round = { random: () => number; schedule: (roundMs: number) => void };

async function playRound(state: Run, { random, schedule }: Round): Promise<readonly Violation[]> {
  const { world } = state;
  const hasStruck = ({ fault, struckBefore }: Armed) => fault.struck(world) > struckBefore;
  const { roundMs: range, patienceMs, lookMs } = world.tempo;
  const roundMs = range[0] + Math.floor(random() * (range[1] - range[0]));
  schedule(roundMs);
  await world.pass(roundMs);
  for (let left = patienceMs; left > 0 && !armedOf(state, "process").some(hasStruck); left -= lookMs)
    await world.pass(lookMs);
  await disarm(state, hasStruck);
  const { broken } = await look(state);
  await world.recover();
  await world.reconnect();
  return broken;
}

/** `broken`: what no time heals. `open`: what is not at its end yet. */
type Seen = { broken: readonly Violation[]; open: readonly Violation[] };

async function look(state: Run): Promise<Seen> {
  const { world } = state;
  const admitted = world.admitted().map((one): Violation => ({ ...one, lead: null }));
  // The database that two processes wrote to may be past reading.
  if (admitted.length > 0) return { broken: admitted, open: [] };
  const before = truthOf(world);
  const claim = await world.readClaim();
  const after = truthOf(world);
  const evidence: Evidence = { before, claim, after, leasesSeen: [...world.leasesSeen], deaths: deathsIn(world) };
  state.last = evidence;
  state.replayed += claim.replayed;
  world.leasesSeen.push(...claim.leases);
  return { broken: checkAlways(evidence), open: checkEnds(evidence) };
}

const truthOf = ({ crms }: World): Truth => joinTruths(crms.map((crm) => crm.readTruth()));

/**
 * Everything comes to its end by itself: a restart would heal what is stuck. Only what no webhook told may wait for one
 * where nobody can wait for the search that finds it.
 */
async function settle(state: Run): Promise<readonly Violation[]> {
  const { world } = state;
  await disarm(state, () => true);
  for (const crm of world.crms) crm.calm();
  await world.recover();
  const untold = world.restart === undefined ? new Set<string>() : untoldLeads(world);
  const violations = await comeToEnds(state, untold);
  if (violations.length > 0 || world.restart === undefined || untold.size === 0) return violations;
  await world.pass(searchLagMs);
  await world.restart();
  return comeToEnds(state, new Set());
}

/** Leads of which an event was lost on its way. */
const untoldLeads = ({ crms }: World): ReadonlySet<string> => new Set(crms.flatMap((crm) => [...crm.untold()]));

/** Looks until every promise holds, or for so long nothing more has come to its end. `spared`: leads whose ends are not asked for. */
async function comeToEnds(state: Run, spared: ReadonlySet<string>): Promise<readonly Violation[]> {
  const { world, print } = state;
  const { clock } = world;
  // That somebody deleted or merged a lead is seen when its clock is looked at, where no event tells of it.
  const unheard = untoldLeads(world);
  let fewest = { open: Number.POSITIVE_INFINITY, at: clock.now() };
  for (;;) {
    await world.pass(lookEveryMs);
    await world.reconnect();
    const { broken, open } = await look(state);
    if (broken.length > 0) return broken;
    const struck = state.last?.after.struck ?? new Set();
    const isSpared = (name: string) => spared.has(name) || (unheard.has(name) && struck.has(name));
    const asked = open.filter(({ lead }) => lead === null || !isSpared(leadName(lead)));
    if (asked.length < fewest.open) fewest = { open: asked.length, at: clock.now() };
    if (asked.length === 0 || clock.now() > fewest.at + world.tempo.calmWithinMs) return asked;
    print(`  waiting: ${asked.length} not at their end, such as ${asked[0]?.what}`);
    await redriveParked(state);
  }
}

const deathsIn = ({ incidents, processes }: World): number[] =>
  incidents.filter(({ process }) => processes.workers.includes(process)).map(({ at }) => at);

/** What the rig's deaths parked an operator lets go again; whatever else is parked is broken. */
async function redriveParked(state: Run): Promise<void> {
  const parked = state.last?.claim.inbox.filter((row) => row.state === "parked").length ?? 0;
  if (parked === 0) return;
  state.redriven += parked;
  await state.world.redrive();
}

function resultOf(
  { world, seed, rounds, only = "", last, replayed, redriven }: Run,
  broken: { round: number | "end"; violations: readonly Violation[] } | null,
): RunResult {
  const [first] = broken?.violations ?? [];
  const walks = last === null ? [] : walkLedgers(last.claim);
  return {
    seed,
    rounds,
    broken: broken === null || first === undefined ? null : { ...broken, history: historyOf(first, last, world) },
    struck: Object.fromEntries(
      [...faultsIn(processFaults, world.kind, only), ...faultsIn(otherFaults(world), world.kind, "")].map((fault) => [
        fault.name,
        fault.struck(world),
      ]),
    ),
    figures: {
      qualified: world.crms.reduce((sum, { people }) => sum + people.qualified(), 0),
      acknowledged: world.crms.reduce((sum, crm) => sum + crm.acknowledged(), 0),
      decisions: last?.claim.decisions.length ?? 0,
      batchesReplayed: replayed,
      mostCredit: Math.max(0, ...walks.map(({ most }) => most)),
      redriven,
    },
  };
}
