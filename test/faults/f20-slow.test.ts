import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Rig, startRig } from "./baton-process.ts";
import { openFaultDatabase } from "./open-database.ts";
import { isWhole, scale } from "./scale.ts";
import { isAcknowledged, type Post, percentile } from "./signed-load.ts";
import { openStalledSockets, type StalledSockets } from "./stalled-sockets.ts";
import { pause, until } from "./until.ts";

// reliability.md §3.14, F20: a CRM that answers slowly, and clients that never finish what they say.

const stalled = 1_000;
const slowMs = scale(3_000, 30_000);
const measuredMs = scale(5_000, 60_000);
/** server.ts drops a request that is not whole after 15 s, and looks every 2 s. */
const droppedWithinMs = 17_000;
/** On a machine that has other things to do as well. */
const lateMs = 5_000;

let rig: Rig;
let drop: () => Promise<void>;
let sockets: StalledSockets | undefined;
beforeAll(async () => {
  const { address, drop: dropDatabase } = await openFaultDatabase();
  drop = dropDatabase;
  rig = await startRig({ database: address });
}, 60_000);
afterAll(async () => {
  sockets?.stop();
  await rig.stop();
  await drop();
});

test(
  "a slow CRM and 1,000 stalled sockets do not slow healthy senders: p99 under 200 ms; leads are routed once the CRM is well",
  async () => {
    const atRest = await measure(scale(2_000, 10_000), 10_000_000);
    const fault = rig.hubspot.faults.add({ route: "*", kind: "latency", delayMs: slowMs });
    for (let each = 0; each < 20; each += 1) rig.qualify();
    const { url } = rig.process("baton");
    const opened = openStalledSockets(url, stalled);
    sockets = opened;
    await until("all are open", () => opened.open() === stalled);
    const openedAt = performance.now();

    const posts = await measure(measuredMs, 20_000_000);
    const openAtEnd = opened.open();
    const dropped = opened.dropped();
    rig.hubspot.faults.remove(fault.id);

    expect(openAtEnd).toBeGreaterThan(stalled * 0.9);
    expect(posts.length).toBeGreaterThan(20);
    expect(posts.filter((post) => !isAcknowledged(post))).toEqual([]);
    // Where others keep the processors busy it is slower without any stalled socket too; then they may not add twice as much.
    expect(p99(posts)).toBeLessThan(Math.max(isWhole ? 200 : 2_000, 3 * p99(atRest)));
    await until("everyone has an owner and a task", rig.isRouted, { withinMs: 2 * slowMs + 30_000 });
    // Nobody holds a socket for longer than that, whatever it leaves unsaid; in the whole form each came back several times.
    expect(dropped).toBeGreaterThanOrEqual(Math.floor(measuredMs / droppedWithinMs));
    await until("each socket was dropped", () => opened.dropped() > 0, {
      withinMs: Math.max(0, droppedWithinMs + lateMs - (performance.now() - openedAt)),
    });
  },
  isWhole ? 240_000 : 90_000,
);

async function measure(ms: number, firstId: number): Promise<readonly Post[]> {
  const sender = rig.sender(firstId);
  const load = sender.load({ connections: 2, eventsPerPost: 10, everyMs: 25 });
  await pause(ms);
  const posts = await load.stop();
  sender.close();
  return posts;
}

const p99 = (posts: readonly Post[]) =>
  percentile(
    posts.map(({ ms }) => ms),
    99,
  );
