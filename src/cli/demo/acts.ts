import { countReadConnections } from "../../pipeline/count-read.ts";
import { reports } from "../../pipeline/reports.ts";
import { Refused } from "../../refused.ts";
import { installApp } from "./install.ts";
import type { Leads, Place } from "./places.ts";
import type { Stage } from "./stage.ts";
import type { Followed } from "./tracker.ts";
import { pause, type Wait, waitUntil } from "./wait.ts";

/** Whoever asks a database more often keeps it from its work. */
const askEveryMs = 100;

/** Lets Baton into each CRM and waits until it knows its people and companies, and hears of what happens there. */
export async function install(wait: Wait, { app, places }: Stage): Promise<void> {
  const [first] = places;
  for (const place of places) {
    const address = place === first ? `${app.url}/${place.name}/install` : await addressToJoin(app, place);
    await installApp(address, place.crm.allow);
  }
  const isReady = async () =>
    places.every(({ crm }) => crm.isListenedTo()) && (await countReadConnections(app.deps)) === places.length;
  if ((await waitUntil(wait, isReady, 180_000, askEveryMs)) === "timeout") {
    const titles = places.map(({ title }) => title).join(" and ");
    throw new Refused(`Baton did not read ${titles} within three minutes: run the demo again with LOG_LEVEL=debug.`);
  }
  // The accounts that were read last are on their way to the index still.
  await pause(wait, 300);
}

/** As `baton link` prints it for the administrator of an account that is to join the workspace. */
async function addressToJoin({ deps }: Stage["app"], { name, title }: Place): Promise<string> {
  const reportDeps = { db: deps.db, reading: () => deps };
  for await (const said of reports.link(reportDeps, { crm: name, workspace: null }, deps.now().toISOString()))
    if ("line" in said) return said.line;
  throw new Error(`There is no address for ${title}.`);
}

const waveEveryMs = 500;

/** Leads qualify in small waves, as they do in life; the whole takes 3 to 20 seconds. */
export async function feed(wait: Wait, { tracker, leads }: { tracker: Followed; leads: Leads }): Promise<void> {
  const { ids } = leads;
  const waves = Math.ceil(Math.min(20_000, Math.max(3_000, ids.length * 250)) / waveEveryMs);
  const size = Math.max(1, Math.ceil(ids.length / waves));
  for (let from = 0; from < ids.length; from += size) {
    for (const leadId of ids.slice(from, from + size)) {
      tracker.turned(leadId);
      leads.qualify(leadId);
    }
    if (!(await pause(wait, waveEveryMs))) return;
  }
}

/** One more lead every few seconds until somebody stops the demo. */
export async function trickle(wait: Wait, { tracker, leads }: { tracker: Followed; leads: Leads }): Promise<void> {
  while (await pause(wait, 6_000)) {
    const leadId = leads.add();
    tracker.turned(leadId);
    leads.qualify(leadId);
  }
}

const minuteMs = 60_000;
/** While a lead is between two reps the clock goes slower, so that the next one does not lose hours to our haste. */
const handOverSpeed = 60;

/** A process that takes longer from one look to the next has no time for its work: the clock waits for it. */
const soonMs = 60;

/**
 * The hours of the SLA on a faster clock: a while for the hot leads, faster for the rest, until the four hours of the
 * slowest tier are over; then real time again.
 */
export async function playSla(
  wait: Wait,
  { clock }: Stage,
  { tracker, speed }: { tracker: Followed; speed: number },
): Promise<void> {
  const startedAt = clock.now();
  let present = 1;
  const runs = (wanted: number) => {
    if (wanted !== present) clock.setSpeed(wanted);
    present = wanted;
  };
  let lookedAt = wait.clock.monotonic();
  const passed = (minutes: number, wanted: number) => () => {
    const tookMs = wait.clock.monotonic() - lookedAt;
    lookedAt += tookMs;
    const eased = Math.max(1, wanted * Math.min(1, soonMs / tookMs));
    runs(tracker.betweenReps() > 0 ? Math.min(handOverSpeed, eased) : eased);
    return clock.now() >= startedAt + minutes * minuteMs;
  };
  await waitUntil(wait, passed(20, Math.max(1, speed / 4)), 20 * minuteMs);
  await waitUntil(wait, passed(250, speed), 250 * minuteMs);
  runs(1);
  await waitUntil(wait, () => tracker.betweenReps() === 0, 30_000);
}
