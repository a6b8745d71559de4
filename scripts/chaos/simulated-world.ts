import type { Clock } from "../../src/sandbox/clock.ts";
import { createClock } from "../../src/sandbox/create-clock.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { assembleWorld } from "./assemble.ts";
import type { ChaosCrm } from "./crm.ts";
import { startDatabaseProxy } from "./database-proxy.ts";
import { createGate } from "./gate.ts";
import { startHubspotChaos } from "./hubspot/index.ts";
import type { Member } from "./member.ts";
import { writePolicyFile } from "./policy-file.ts";
import { openRealDatabase } from "./real-database.ts";
import { createSimulatedProcess, type SimulatedProcess, targetOf } from "./simulated-process.ts";
import type { World } from "./world.ts";

/** A Tuesday on which Berlin, London and the east of the US are all at work. */
const startAt = Date.parse("2026-11-17T14:00:00.000Z");
const leaseSeconds = 30;
/** So that a lease is renewed several times before it runs out. */
const stepMs = 1_000;
/** Real time in which nobody calls the CRM: whatever the last step woke has had its turn. */
const quietMs = 25;

/**
 * One web and two worker apps in this process, on a PostgreSQL server, and one clock for them and the sandbox: minutes
 * pass in seconds, with all their retries, sweeps, reminders and breaches.
 */
export async function startSimulatedWorld({ seed, server }: { seed: number; server: string }): Promise<World> {
  const clock = createClock({ startAt, speed: 1 });
  const after: World["after"] = (ms, run) => void clock.at(clock.now() + ms, run);
  const hubspot = await startHubspotChaos({ seed, clock, random: createRandom(seed + 2), after });
  const database = await openRealDatabase(server);
  const front = await createGate();
  const publicUrl = `http://127.0.0.1:${front.port}`;
  const policy = await writePolicyFile();
  const url = database.url ?? new URL(server);
  const members = new Map<string, Member<SimulatedProcess>>();
  for (const name of ["web", "worker-1", "worker-2"]) {
    const proxy = await startDatabaseProxy({ host: url.hostname, port: Number(url.port || 5432) });
    const process = createSimulatedProcess({
      name,
      role: name === "web" ? "web" : "worker",
      settings: { publicUrl, policyPath: policy.path, leaseSeconds },
      clock: appClock(clock),
      crm: targetOf(hubspot.variables.HUBSPOT_API_URL ?? ""),
      database: { host: "127.0.0.1", port: proxy.port, url },
      front: name === "web" ? front : await createGate(),
    });
    members.set(name, { process, proxy });
    await process.start();
  }
  await hubspot.install(publicUrl);
  return assembleWorld({
    kind: "simulated",
    clock,
    publicUrl,
    crms: [hubspot],
    database,
    members,
    tempo: { roundMs: [20_000, 60_000], patienceMs: 60_000, lookMs: 5_000, calmWithinMs: 25 * 60_000 },
    after,
    pass: (ms) => pass(clock, hubspot, ms),
    still: (copy) => copy(),
    async end() {
      const buried = Promise.all([...members.values()].map(({ process }) => process.bury()));
      // The dead wait for what they had in hand, on a clock that nobody moves any more.
      clock.setSpeed(100);
      await buried;
      clock.stop();
      await policy.remove();
    },
  });
}

function appClock(clock: Clock) {
  return {
    now: () => new Date(clock.now()),
    monotonic: () => clock.now() - startAt,
    setTimer: (ms: number, run: () => void) => clock.at(clock.now() + ms, run),
  };
}

async function pass(clock: Clock, hubspot: ChaosCrm, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(left, stepMs));
    await quiet(hubspot);
  }
}

async function quiet({ lastCall }: ChaosCrm): Promise<void> {
  let last = -1;
  let since = performance.now();
  while (performance.now() - since < quietMs) {
    if (lastCall() !== last) since = performance.now();
    last = lastCall();
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
