import { Refused } from "../../refused.ts";
import { installApp } from "./install.ts";
import type { Stage } from "./stage.ts";
import type { Tracker } from "./tracker.ts";
import { pause, type Wait, waitUntil } from "./wait.ts";
import { addLead, turnMql, type World } from "./world.ts";

/** Lets Baton in and waits until it knows the portal's people and companies. */
export async function install(wait: Wait, { app, hubspot, portal }: Stage): Promise<void> {
  await installApp({ appUrl: app.url, hubspotUrl: hubspot.url, portalId: portal.id, userId: 47_901 });
  // The last thing that a new connection asks for, after all lists, is which deals changed meanwhile.
  const isSynced = () =>
    hubspot.requests
      .list()
      .some(({ route, path, status }) => `${route} ${path}`.includes("deals/search") && status === 200);
  if ((await waitUntil(wait, isSynced, 180_000)) === "timeout") {
    throw new Refused("Baton did not read the portal within three minutes: run the demo again with LOG_LEVEL=debug.");
  }
  // Its answer is on the way still.
  await pause(wait, 300);
}

const waveEveryMs = 500;

/** Contacts turn MQL in small waves, as they do in life; the whole takes 3 to 20 seconds. */
export async function feed(
  wait: Wait,
  { portal }: Stage,
  { tracker, world }: { tracker: Tracker; world: World },
): Promise<void> {
  const { leadIds } = world;
  const waves = Math.ceil(Math.min(20_000, Math.max(3_000, leadIds.length * 250)) / waveEveryMs);
  const size = Math.max(1, Math.ceil(leadIds.length / waves));
  for (let from = 0; from < leadIds.length; from += size) {
    for (const leadId of leadIds.slice(from, from + size)) {
      tracker.turned(leadId);
      turnMql(portal, leadId);
    }
    if (!(await pause(wait, waveEveryMs))) return;
  }
}

/** One more lead every few seconds until somebody stops the demo. */
export async function trickle(
  wait: Wait,
  { portal }: Stage,
  { tracker, world }: { tracker: Tracker; world: World },
): Promise<void> {
  while (await pause(wait, 6_000)) {
    const lead = world.nextLead();
    addLead(portal, lead);
    tracker.turned(lead.id);
    turnMql(portal, lead.id);
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
  { tracker, speed }: { tracker: Tracker; speed: number },
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
  await waitUntil(wait, () => tracker.betweenReps() === 0, 15_000);
}
