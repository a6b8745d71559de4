import { sql } from "kysely";
import { type App, createApp } from "../../../src/app.ts";
import type { Config } from "../../../src/config.ts";
import type { Progress } from "../../../src/deps.ts";
import { createLog } from "../../../src/log.ts";
import type { Clock } from "../../../src/sandbox/clock.ts";
import { openDatabase } from "./open-database.ts";

/** What people do to a lead in the middle of Baton's work. The third is what each CRM has of its own. */
export const kinds = ["merge", "delete", "convert or restore", "privacy deletion"] as const;
export type Kind = (typeof kinds)[number];

/** Where Baton's work on a lead stands when it is done (reliability.md §3.8). */
export const points = [
  "before its event is stored",
  "before it is read",
  "after it is read",
  "after it is decided",
  "before its owner is written",
  "after its owner is written",
  "before its task is made",
  "after its task is made",
  "after all is done",
] as const;
export type Point = (typeof points)[number];

/** A call of Baton that is a station of leads, and the ids that stand in it. */
export type Station = { what: "read" | "owner" | "task"; moment: "arrived" | "applied"; text: string };

/** What people see of a lead that is there. `openTasks`: who has them. */
export type Seen = { ownerId: string | null; qualifies: boolean; openTasks: readonly string[] };

/** A CRM in which leads live and are struck, as the test needs it. */
export type LifeCrm = {
  clock: Clock;
  crms: Config["crms"];
  policyText: string;
  /** Nothing that the CRM has to tell is on its way: where it asks for the place that Baton's feed has come to, that is it. */
  hasTold(cursor: unknown): boolean;
  /** The number of calls so far. */
  calls(): number;
  watch(run: (station: Station) => void): void;
  /** An admin installs the app; `url` is where it is. */
  install(url: string): Promise<void>;
  /** A lead that becomes one to route, and the text that tells who it is. Its id. */
  qualify(name: string): string;
  /** One that is there, and is not to be routed. */
  create(name: string): string;
  /** Does it; `otherId`: the lead that it is merged into. The id under which the lead lives on, if it does. */
  strike(kind: Kind, leadId: string, otherId: string): string | null;
  /** What is done about it a while later: a lead is restored. */
  makeGood(kind: Kind, leadId: string): void;
  seen(leadId: string): Seen | null;
  /** How often the app asked for an owner of this lead, or for a task on it. */
  writes(leadId: string): { owner: number; task: number };
  stop(): Promise<void>;
};

export type LifeWorld = LifeCrm & {
  app: App;
  /** What went wrong in a way that nobody foresaw, as the log tells it. */
  surprises: readonly string[];
  /** Time passes in small steps until nothing is left to decide or write. */
  settled(): Promise<void>;
  /** So much time passes at once, and then what it brought is done. */
  pass(ms: number): Promise<void>;
  /** Calls `run` once, when this lead is at the point. */
  when(point: Point, leadId: string, run: () => void): void;
  /** Points that nobody has come to, a line each. */
  waiting(): string[];
};

type Waiting = { point: Point; leadId: string; run: () => void };

const stationPoints: Partial<Record<Point, `${Station["what"]} ${Station["moment"]}`>> = {
  "before it is read": "read arrived",
  "after it is read": "read applied",
  "before its owner is written": "owner arrived",
  "after its owner is written": "owner applied",
  "before its task is made": "task arrived",
  "after its task is made": "task applied",
};

/** Baton, installed in this CRM, with the log and the calls in view. */
export async function startLifeWorld(crm: LifeCrm): Promise<LifeWorld> {
  const surprises: string[] = [];
  const waiting = new Set<Waiting>();
  const reach = (isThere: (one: Waiting) => boolean) => {
    for (const one of [...waiting].filter(isThere)) {
      waiting.delete(one);
      one.run();
    }
  };
  const onProgress = (progress: Progress) => {
    if (progress.kind !== "decided") return;
    reach(({ point, leadId }) => point === "after it is decided" && leadId === progress.leadId);
  };
  crm.watch(({ what, moment, text }) =>
    reach(({ point, leadId }) => stationPoints[point] === `${what} ${moment}` && text.includes(leadId)),
  );
  const database = await openDatabase();
  const app = await createApp({
    ...{ config: { ...database.config, crms: crm.crms }, clock: appClock(crm.clock), policyText: crm.policyText },
    log: createLog({ level: "debug", pretty: false, write: (line) => void surprises.push(...surpriseIn(line)) }),
    onProgress,
    ...(database.open === undefined ? {} : { openDatabase: database.open }),
  });
  await app.start();
  await crm.install(app.url);
  await passUntilTold(crm, app);
  const settled = () => untilSettled(crm, app);
  return {
    ...{ ...crm, app, surprises, settled },
    async pass(ms) {
      crm.clock.advance(ms);
      await quiet(crm, app);
      await settled();
    },
    when(point, leadId, run) {
      const one = { point, leadId, run };
      waiting.add(one);
      if (point === "before its event is stored") reach((other) => other === one);
    },
    waiting() {
      reach(({ point }) => point === "after all is done");
      return [...waiting].map(({ point, leadId }) => `${point} ${leadId}`);
    },
    async stop() {
      await app.stop();
      await crm.stop();
      await database.drop();
    },
  };
}

/** The app's clock is the sandbox's. */
function appClock(clock: Clock) {
  const startedAt = clock.now();
  return {
    now: () => new Date(clock.now()),
    monotonic: () => clock.now() - startedAt,
    setTimer: (ms: number, run: () => void) => clock.at(clock.now() + ms, run),
  };
}

/** A line of the log that tells of an error which is none of a CRM's: nobody knew what to do about it. */
function surpriseIn(line: string): string[] {
  const { level, error, msg } = JSON.parse(line) as { level: number; error?: { name: string }; msg: string };
  const isForeseen = error === undefined ? level < 50 : error.name === "CrmError";
  return isForeseen ? [] : [`${msg}: ${JSON.stringify(error)}`];
}

const stepMs = 1_000;
/** Longer than any wait for another try of what is tried again at once. */
const patienceMs = 5 * 60_000;

async function untilSettled(crm: LifeCrm, app: App): Promise<void> {
  await quiet(crm, app);
  for (let passed = 0; (await openWork(app)).length > 0; passed += stepMs) {
    if (passed > patienceMs) throw new Error(`Left open: ${(await openWork(app)).join("; ")}`);
    crm.clock.advance(stepMs);
    await quiet(crm, app);
  }
}

const quietMs = 20;
/** Of real time: a machine that is shared. */
const toldWithinMs = 30_000;

/** A feed is opened a while after the installation. */
async function passUntilTold(crm: LifeCrm, app: App): Promise<void> {
  const giveUpAt = performance.now() + toldWithinMs;
  while (!crm.hasTold(await cursorOf(app)) && performance.now() < giveUpAt) {
    crm.clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
}

async function cursorOf({ deps }: App): Promise<unknown> {
  const [row] = await deps.db.query.selectFrom("syncCursors").select("cursor").where("kind", "=", "changes").execute();
  return row?.cursor;
}

/** Nobody calls the CRM, what it told is stored, and the database has had the time to answer. */
async function quiet(crm: LifeCrm, app: App): Promise<void> {
  const giveUpAt = performance.now() + toldWithinMs;
  while (!crm.hasTold(await cursorOf(app))) {
    if (performance.now() > giveUpAt) throw new Error("What the CRM had to tell was not stored in time.");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  for (let [calls, since] = [-1, performance.now()]; performance.now() - since < quietMs; ) {
    if (crm.calls() !== calls) [calls, since] = [crm.calls(), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, 2));
    await app.deps.db.query.selectFrom("workspaces").select("id").execute();
  }
}

async function openWork({ deps }: App): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select 'event ' || change::text || ' of ' || subject_id as line from inbox where state = 'pending'
    union all
    select kind || ' of ' || lead_id || ' is ' || state from operations where state in ('planned', 'inflight', 'unknown')
  `.execute(deps.db.query);
  return rows.map(({ line }) => line);
}
