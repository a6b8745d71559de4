import type { Deps } from "../../deps.ts";
import type { History } from "../../operator/history.ts";
import type { MetricName } from "../../operator/watched-metrics.ts";
import type { Sample } from "../../operator/worry.ts";
import { readStanding, type Standing } from "../../store/standing.ts";
import { type OperatorPage, operatorPage, operatorPageHeaders } from "../operator-page.ts";
import type { Route } from "../route.ts";
import type { Health } from "./health.ts";

/** What the page tells of this process. */
export type About = { version: string; upMs(): number; history: History };

type PageDeps = Pick<Deps, "db" | "now" | "monotonic" | "setTimer" | "settings" | "metrics" | "log">;

/** How long a database that does not answer may hold up the page that tells so. */
const patienceMs = 2_000;
/** However often it is loaded, the database is asked once a second. */
const freshMs = 1_000;

/** How Baton is, what to watch and what to do; with the database away too. Names workspaces by id, and no lead. */
export function operatorHandler(deps: PageDeps, health: Health, about: About): Route["handler"] {
  let reading: { at: number; page: Promise<OperatorPage> } | null = null;
  return async () => {
    if (reading === null || deps.monotonic() - reading.at >= freshMs)
      reading = { at: deps.monotonic(), page: gather(deps, health, about) };
    return { status: 200, headers: operatorPageHeaders, html: operatorPage(await reading.page) };
  };
}

async function gather(deps: PageDeps, health: Health, about: About): Promise<OperatorPage> {
  const database = await inTime(deps, health.database(), { problem: doesNotAnswer, unleased: null });
  const standing = database.problem === null ? await inTime(deps, standingOf(deps), null) : null;
  const now = deps.now();
  const samples = await deps.metrics.read();
  return {
    version: about.version,
    database: deps.db.kind,
    role: health.role,
    problem: health.isDraining() ? "stopping" : (database.problem ?? (standing === null ? doesNotAnswer : null)),
    upMs: about.upMs(),
    held: health.leases()?.length ?? null,
    unleased: database.unleased,
    warnings: health.embeddedLimits(),
    standing,
    readings: {
      now: standing === null ? samples : withStanding(samples, { standing, unleased: database.unleased ?? 0, now }),
      ago: (minutes) => about.history.ago(minutes, deps.monotonic()),
      atSeconds: now.getTime() / 1000,
    },
    at: now,
  };
}

const doesNotAnswer = "the database did not answer within two seconds: look in its log, and in Baton's";

async function standingOf({ db, settings, log }: PageDeps): Promise<readonly Standing[] | null> {
  try {
    return await readStanding(db.query, { workspaceId: null, countedTo: settings.inboxHighWater });
  } catch (error) {
    log.warn({ error }, "the operator's page could not read how the workspaces stand");
    return null;
  }
}

async function inTime<T>({ setTimer }: PageDeps, asked: Promise<T>, otherwise: T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const cancel = setTimer(patienceMs, () => late.resolve(otherwise));
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    cancel();
  }
}

type Stand = { standing: readonly Standing[]; unleased: number; now: Date };

/** Of every workspace, whoever works on it: the gauges of this process tell of its own alone. */
function withStanding(samples: readonly Sample[], { standing, unleased, now }: Stand): Sample[] {
  const ageOf = (since: string | null) => (since === null ? 0 : (now.getTime() - Date.parse(since)) / 1000);
  const figure = (name: MetricName, labels: Sample["labels"], value: number): Sample => ({ name, labels, value });
  const ofAll = standing.flatMap(({ workspaceId: workspace, ...each }) => [
    ...each.alerts.map(({ kind, count }) => figure("baton_alerts_open", { workspace, kind }, count)),
    figure("baton_inbox_oldest_seconds", { workspace }, ageOf(each.waitingSince)),
    figure("baton_writes_oldest_seconds", { workspace }, ageOf(each.unconfirmedSince)),
    figure("baton_inbox_depth", { workspace }, each.waiting),
    figure("baton_inbox_parked", { workspace }, each.parked),
    ...each.caughtUp.flatMap(({ connectionId: connection, at }) =>
      at === null ? [] : [figure("baton_catch_up_timestamp_seconds", { connection }, Date.parse(at) / 1000)],
    ),
  ]);
  const fresh = [...ofAll, figure("baton_workspaces_unleased", {}, unleased)];
  const known = new Set([...fresh.map(({ name }) => name), "baton_alerts_open"]);
  return [...samples.filter(({ name }) => !known.has(name)), ...fresh];
}
