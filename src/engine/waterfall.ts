import type { Cascade, Placed } from "./cascade.ts";
import type { ReasonCode } from "./decision.ts";
import { isOpen, withoutRoom } from "./eligibility.ts";
import { isException } from "./exceptions.ts";
import { holdForAnybody, holdForLong, holdForOpening } from "./holding.ts";
import { narrowByLanguage } from "./narrowing.ts";
import { pickAble, pickOvernight } from "./pick.ts";
import type { TimeAllowed } from "./policy.ts";
import type { Base, PreparedPool } from "./prepare-pools.ts";
import type { PreparedRep } from "./prepare-reps.ts";
import { mayHave } from "./residency.ts";

/**
 * A step of the waterfall. `pool`: null for a mere list, and for a pool that has had its turn, in which a lead may be
 * held but nobody is looked for.
 */
type Level = {
  name: string;
  pool: PreparedPool | null;
  reps: readonly PreparedRep[];
  wait: TimeAllowed | null;
  isList: boolean;
};

/** What was tried before: the pools of the lead's territory, and who of them could have it but for hours and loads. */
export type Before = { base: Base | null; hopeful: readonly PreparedRep[] };

/**
 * Where a lead goes that no rule could place; never nowhere. A level that has somebody able takes it at once; it is held
 * only where somebody will be able to take it in the time allowed.
 */
export function fallThrough(cascade: Cascade, { base, hopeful }: Before): Placed {
  const team = teamLevel(cascade, base);
  const levels = levelsOf(cascade, base);
  const all = [...team, ...levels].flatMap(({ reps }) => reps);
  const isNight = !isOpen(cascade, [...hopeful, ...all]);
  // While a lead is held, the rule that it fell from is tried again: whoever was tried so far is waited for.
  const tried = { awaited: [...hopeful], hours: base?.pool.members ?? all, isNight };
  return (
    tryLevels(cascade, team, tried) ??
    waitForRoom(cascade, tried.awaited) ??
    tryLevels(cascade, levels, tried) ??
    (isNight ? overnight(cascade, [...team, ...levels]) : null) ??
    waitForRoom(cascade, tried.awaited) ??
    catchAll(cascade, "nobody-available")
  );
}

/** `awaited`: whoever was tried so far. `hours`: the reps whose working time a wait runs in. */
type Tried = { awaited: PreparedRep[]; hours: readonly PreparedRep[]; isNight: boolean };

function tryLevels(cascade: Cascade, levels: readonly Level[], tried: Tried): Placed | null {
  for (const each of levels) {
    tried.awaited.push(...each.reps);
    const placed = each.pool === null ? null : pickAble(cascade, each.pool, each.reps, "waterfall");
    const end = placed ?? (tried.isNight ? null : hold(cascade, each, tried));
    if (end !== null || each.pool !== null || each.isList) level(cascade, each.name, outcomeOf(end));
    if (end !== null) return end;
  }
  return null;
}

/**
 * What came with many others waits in their own queue while those whom it is meant for have no room: nobody else gets it.
 * Who has room and is not there yet may be the first to take it.
 */
function waitForRoom(cascade: Cascade, meant: readonly PreparedRep[]): Placed | null {
  const batch = cascade.motion?.batch ?? null;
  if (batch === null || withoutRoom(cascade, meant).length === 0) return null;
  level(cascade, batch.queueId, "no-room");
  return holdForLong(cascade, { name: batch.queueId, because: "no-room", reps: meant });
}

/** The team of the lead's territory. */
function teamLevel(cascade: Cascade, base: Base | null): Level[] {
  const pool = base?.team ?? null;
  if (pool === null) return [];
  return [{ name: pool.pool.name, pool, reps: narrowByLanguage(cascade, pool.members), wait: null, isList: false }];
}

function levelsOf({ prepared: { pools, shared } }: Cascade, base: Base | null): Level[] {
  const tried = [base?.pool.pool.name, base?.team?.pool.name];
  return shared.policy.waterfall.flatMap(({ name, isList, wait }): Level[] => {
    const pool = isList ? null : (pools.get(name) ?? null);
    if (!isList && pool === null) return [];
    return [{ name, pool: tried.includes(name) ? null : pool, reps: pool?.members ?? [], wait, isList }];
  });
}

/** For a mere list anybody may come; for a pool one of those awaited has to be able in time. */
function hold(cascade: Cascade, { name, wait, isList }: Level, { awaited, hours }: Tried): Placed | null {
  if (wait === null) return null;
  const list = { name, allowed: wait, hours };
  return isList
    ? holdForAnybody(cascade, list, { because: "held-in-list", reps: awaited })
    : holdForOpening(cascade, list, awaited);
}

const outcomeOf = (end: Placed | null): ReasonCode =>
  end === null ? "nobody-available" : end.outcome.kind === "queued" ? end.outcome.because : "available";

/** With nobody on shift anywhere: the first to start of the first pool that has any. */
function overnight(cascade: Cascade, levels: readonly Level[]): Placed | null {
  for (const { pool, reps, name } of levels) {
    const placed = pool === null ? null : pickOvernight(cascade, pool, reps, "waterfall");
    if (placed === null) continue;
    level(cascade, name, "first-to-start");
    return placed;
  }
  return null;
}

/** The catch-all person, whatever their load and hours; else the queue that somebody watches. */
function catchAll(cascade: Cascade, because: ReasonCode): Placed {
  const { catchAllId, reps } = cascade.prepared;
  const rep = catchAllId === null ? undefined : reps.get(catchAllId);
  const isBarred = rep !== undefined && (!mayHave(cascade, rep.rep.id) || isException(cascade, rep));
  if (rep === undefined || rep.presence === "inactive" || isBarred) return queue(cascade, because);
  level(cascade, "catch-all", because);
  const { opensAt } = rep;
  return {
    outcome: {
      kind: "assigned",
      repId: rep.rep.id,
      stage: "catch-all",
      ...(opensAt === null ? {} : { opensAt }),
    },
    ledger: null,
  };
}

/** The queue of leads that nobody may be given. */
export function queue(cascade: Cascade, because: ReasonCode): Placed {
  const { queueId } = cascade.prepared.shared.policy.catchAll;
  level(cascade, "queue", because);
  return { outcome: { kind: "queued", queueId, because }, ledger: null };
}

function level(cascade: Cascade, name: string, because: ReasonCode): void {
  cascade.trace.push({ step: "waterfall-level", level: name, because });
}
