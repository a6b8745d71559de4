import { percentile, rounded } from "./measure.ts";
import type { Load, Loaded } from "./overload-load.ts";
import { startStall } from "./overload-stall.ts";
import type { Batons } from "./workers-baton.ts";
import type { Crm } from "./workers-crm.ts";

/** Healthy senders, without and with stalled ones beside them. */
export type Stalled = {
  sockets: number;
  /** The fewest that were seen connected, and how many were let go and came again. */
  leastOpen: number;
  again: number;
  aloneP99Ms: number;
  besideP99Ms: number;
  /** Of the healthy ones. */
  notAcknowledged: number;
  /** What came instead of an answer. */
  wrong: Readonly<Record<string, number>>;
};

export type StalledOptions = { batons: Batons; load: Load; sockets: number; seconds: number };

const healthy = { perSecond: 20, connections: 10, events: 10 };

export async function measureStalled({ batons, load, sockets, seconds }: StalledOptions): Promise<Stalled> {
  const alone = await load.post({ ...healthy, seconds });
  const stall = await startStall({ url: batons.web.url, sockets });
  try {
    const opened = performance.now();
    while ((await stall.count()).open < sockets * 0.95 && performance.now() - opened < 10_000)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const open: number[] = [];
    const watching = setInterval(() => void stall.count().then((count) => open.push(count.open)), 250);
    const beside = await load.post({ ...healthy, seconds });
    clearInterval(watching);
    return {
      sockets,
      leastOpen: Math.min(...open, sockets),
      again: (await stall.count()).again,
      aloneP99Ms: alone.ackFromDueMs.p99,
      besideP99Ms: beside.ackFromDueMs.p99,
      notAcknowledged: notAcknowledged(alone) + notAcknowledged(beside),
      wrong: { ...alone.wrong, ...beside.wrong },
    };
  } finally {
    await stall.stop();
  }
}

const notAcknowledged = ({ posts, acknowledged, unsent }: Loaded): number => posts + unsent - acknowledged;

/** How long the leads of other portals wait for their owners, with one portal at its usual load and at ten times that. */
export type Neighbours = {
  portals: number;
  leads: number;
  calmP50Ms: number;
  calmP99Ms: number;
  besideP50Ms: number;
  besideP99Ms: number;
  ratioP99: number;
  withoutOwner: number;
};

export type NeighboursOptions = {
  crm: Crm;
  portals: number;
  /** Leads that each portal has, a second. */
  perSecond: number;
  windowSeconds: number;
  /** Calm and beside, in turns, so that whatever else the machine does falls on both. */
  windows: number;
};

export async function measureNeighbours(options: NeighboursOptions): Promise<Neighbours> {
  const { crm, portals, perSecond, windowSeconds, windows } = options;
  const window = async (ofFirst: number): Promise<(number | null)[]> => {
    const rates = Array.from({ length: portals }, (_, index) => (index === 0 ? ofFirst : perSecond));
    const [, ...others] = await crm.trickle({ perSecond: rates, seconds: windowSeconds });
    return others.flat();
  };
  const calm: (number | null)[] = [];
  const beside: (number | null)[] = [];
  for (let each = 0; each < windows; each += 1) {
    calm.push(...(await window(perSecond)));
    beside.push(...(await window(10 * perSecond)));
  }
  const waits = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const [calmWaits, besideWaits] = [waits(calm), waits(beside)];
  const [calmP99Ms, besideP99Ms] = [percentile(calmWaits, 0.99), percentile(besideWaits, 0.99)];
  return {
    portals,
    leads: calm.length + beside.length,
    calmP50Ms: percentile(calmWaits, 0.5),
    calmP99Ms,
    besideP50Ms: percentile(besideWaits, 0.5),
    besideP99Ms,
    ratioP99: calmP99Ms === 0 ? 0 : rounded(besideP99Ms / calmP99Ms, 2),
    withoutOwner: calm.length - calmWaits.length + beside.length - besideWaits.length,
  };
}
