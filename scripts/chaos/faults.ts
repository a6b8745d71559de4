import type { Fault as SandboxFault } from "../../src/sandbox/hubspot/faults.ts";
import type { WebhookSettings } from "../../src/sandbox/hubspot/webhook-settings.ts";
import { callKinds, nameOfPoint, type Point, stoppedForLong, stoppedUntilTaken } from "./points.ts";
import type { World, WorldKind } from "./world.ts";

type Random = () => number;

/** Something that goes wrong in a round. `begin` arms it and answers with what ends it. */
export type Fault = {
  name: string;
  in: readonly WorldKind[];
  begin(world: World, random: Random): Promise<() => Promise<void>>;
  /** How often it really struck since the start, by the logs of the sandbox and of the rig. */
  struck(world: World): number;
};

const everywhere: readonly WorldKind[] = ["postgres", "pglite", "simulated"];
const between = (random: Random, least: number, most: number) => least + Math.floor(random() * (most - least + 1));
const oneOf = <T>(random: Random, list: readonly T[]): T => {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error("There is nothing to choose from.");
  return found;
};

const updates = "POST /crm/objects/:version/contacts/batch/update";
const creations = "POST /crm/objects/:version/tasks/batch/create";

/** Calls that a fault of the CRM bends, each with this chance while the round lasts. */
function ofCalls(name: string, bent: readonly SandboxFault[], kind: SandboxFault["kind"]): Fault {
  return {
    name,
    in: everywhere,
    async begin({ hubspot }) {
      const ids = bent.map((fault) => hubspot.faults.add(fault).id);
      return async () => {
        for (const id of ids) hubspot.faults.remove(id);
      };
    },
    struck: ({ hubspot }) => hubspot.requests.list().filter(({ fault }) => fault === kind).length,
  };
}

/** Webhooks that the sender treats so while the round lasts. */
function ofWebhooks(name: string, settings: Partial<WebhookSettings>, struck: Fault["struck"]): Fault {
  return {
    name,
    in: everywhere,
    async begin({ hubspot }) {
      const before = { ...hubspot.webhooks.settings };
      Object.assign(hubspot.webhooks.settings, settings);
      return async () => {
        for (const key of Object.keys(settings))
          Object.assign(hubspot.webhooks.settings, { [key]: Reflect.get(before, key) });
      };
    },
    struck,
  };
}

const ofCrm: readonly Fault[] = [
  ofCalls(
    "write done, answer lost",
    [
      { route: updates, kind: "drop-after", probability: 0.4 },
      { route: creations, kind: "drop-after", probability: 0.4 },
    ],
    "drop-after",
  ),
  ofCalls(
    "5xx after the effect",
    [
      { route: updates, kind: "status-after", status: 502, probability: 0.4 },
      { route: creations, kind: "status-after", status: 500, probability: 0.4 },
    ],
    "status-after",
  ),
  ofCalls(
    "5xx, effect seconds later",
    [{ route: creations, kind: "late-effect", delayMs: 1_500, probability: 0.4 }],
    "late-effect",
  ),
  ofCalls("answer cut off", [{ route: "*", kind: "truncated", probability: 0.1 }], "truncated"),
  ofCalls("429 storm", [{ route: "*", kind: "rate-limit", probability: 0.5 }], "rate-limit"),
  {
    name: "token expires in mid-batch",
    in: everywhere,
    async begin({ hubspot }, random) {
      let left = between(random, 1, 4);
      const unwatch = hubspot.requests.watch((_entry, moment) => {
        if (moment !== "arrived") return;
        left -= 1;
        if (left === 0) hubspot.tokens.expire();
      });
      return async () => unwatch();
    },
    struck: ({ hubspot }) => hubspot.requests.list().filter(({ status }) => status === 401).length,
  },
];

const ofSender: readonly Fault[] = [
  ofWebhooks("webhooks duplicated", { duplicates: 0.6, duplicateMax: 4 }, ({ hubspot }) => countRepeated(hubspot)),
  ofWebhooks("webhooks shuffled", { shuffle: true, shuffleWithinMs: 3_000 }, ({ hubspot }) => countOutOfOrder(hubspot)),
  ofWebhooks("webhooks delayed", { delayMs: 4_000, delayProbability: 0.4 }, ({ hubspot }) => countLate(hubspot, 3_000)),
  ofWebhooks(
    "webhooks dropped",
    { dropProbability: 0.2 },
    ({ hubspot }) => hubspot.webhooks.deliveries.losses().filter(({ reason }) => reason === "dropped").length,
  ),
];

type Sandbox = World["hubspot"];

function countRepeated({ webhooks }: Sandbox): number {
  const acknowledged = webhooks.deliveries.list().filter(({ status }) => status !== null && status < 300);
  const sent = acknowledged.reduce((sum, { events }) => sum + events.length, 0);
  return sent - webhooks.deliveries.acknowledged().length;
}

function countOutOfOrder({ webhooks }: Sandbox): number {
  let newest = 0;
  let found = 0;
  for (const { events } of webhooks.deliveries.list()) {
    for (const { occurredAt, attemptNumber } of events) if (attemptNumber === 0 && occurredAt < newest) found += 1;
    newest = Math.max(newest, ...events.map(({ occurredAt }) => occurredAt));
  }
  return found;
}

function countLate({ webhooks }: Sandbox, ms: number): number {
  const first = webhooks.deliveries.list().flatMap(({ at, events }) => events.map((event) => ({ at, event })));
  return first.filter(({ at, event }) => event.attemptNumber === 0 && at - event.occurredAt >= ms).length;
}

const struckBy = (name: string) => (world: World) =>
  world.incidents.filter((incident) => incident.name === name).length;

/** A process that is killed at a point; `draw` counts or times it anew in each round. */
function killed(draw: (random: Random) => Point, where: { in: readonly WorldKind[]; webToo?: true }): Fault {
  const name = `kill -9: ${nameOfPoint(draw(() => 0))}`;
  return {
    name,
    in: where.in,
    async begin(world, random) {
      const { workers, webs } = world.processes;
      const process = oneOf(random, where.webToo && random() < 0.4 && webs.length > 0 ? webs : workers);
      const cancel = world.killAt(process, draw(random));
      return async () => cancel();
    },
    struck: struckBy(name),
  };
}

const seenByProxy: readonly WorldKind[] = ["postgres", "simulated"];

const ofProcesses: readonly Fault[] = [
  killed((random) => ({ at: "any instant", afterMs: between(random, 50, 1_500) }), { in: everywhere, webToo: true }),
  ...(["unsent", "unanswered", "answered"] as const).flatMap((when): Fault[] => [
    killed((random) => ({ at: "statement", when, nth: between(random, 1, 25) }), { in: seenByProxy, webToo: true }),
    killed(
      (random) => ({ at: "commit", of: oneOf(random, ["decisions", "anything"]), when, nth: between(random, 1, 3) }),
      {
        in: seenByProxy,
      },
    ),
  ]),
  ...callKinds
    .filter((at) => at !== "token refresh")
    .flatMap((at) =>
      (["arrived", "applied"] as const).map((when) =>
        killed((random) => ({ at, when, nth: between(random, 1, 2) }), { in: everywhere }),
      ),
    ),
  // The one that takes longest to bite: it is drawn twice as often.
  ...([stoppedUntilTaken, stoppedUntilTaken, stoppedForLong] as const).map(
    (name): Fault => ({
      name,
      in: ["postgres"],
      begin: async (world) => world.standStill?.(name) ?? (async () => undefined),
      struck: struckBy(name),
    }),
  ),
  {
    name: "second process on the directory",
    in: ["pglite"],
    async begin(world) {
      const tried = world.startSecond?.();
      return async () => await tried;
    },
    struck: struckBy("second process on the directory"),
  },
];

/** By what they befall: a round has one of the processes, and some of the rest. */
export const faults = { ofProcesses, ofOthers: [...ofCrm, ...ofSender] };

/** `only`: a part of the names of those that are wanted; "" for all. */
export const faultsIn = (list: readonly Fault[], kind: WorldKind, only: string): readonly Fault[] =>
  list.filter((fault) => fault.in.includes(kind) && fault.name.includes(only));
