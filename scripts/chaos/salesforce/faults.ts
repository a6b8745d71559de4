import type { Fault as SandboxFault } from "../../../src/sandbox/salesforce/faults.ts";
import type { SandboxOrg } from "../../../src/sandbox/salesforce/sandbox-org.ts";
import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";
import { bentCalls } from "../bent-calls.ts";
import { between, everywhere, type Fault } from "../fault.ts";
import type { Place } from "./orgs.ts";
import type { Told } from "./told.ts";

/** An org, and what its events tell. */
export type Listened = Place & { told: Told };

/** What goes wrong with calls to Salesforce, with the tokens for them, and with the events. */
export const salesforceFaults = (salesforce: SalesforceSandbox, places: readonly Listened[]): readonly Fault[] => [
  ...ofCalls(salesforce),
  ...ofTokens(salesforce),
  ...ofEvents(places),
];

const graphs = "POST /services/data/:version/composite/graph";
const collections = "PATCH /services/data/:version/composite/sobjects";
const data = "* /services/data/*";

const ofWrites = (fault: Pick<SandboxFault, "kind" | "status" | "delayMs">): SandboxFault[] =>
  [graphs, collections].map((route) => ({ route, probability: 0.4, ...fault }));

const ofCalls = (salesforce: SalesforceSandbox): readonly Fault[] => {
  const bent = (name: string, kind: SandboxFault["kind"], faults: readonly SandboxFault[]) =>
    bentCalls<SandboxFault>(salesforce, { name: `Salesforce: ${name}`, bent: faults, kind });
  return [
    bent("write done, answer lost", "drop-after", ofWrites({ kind: "drop-after" })),
    bent("5xx after the effect", "status-after", ofWrites({ kind: "status-after", status: 502 })),
    bent("5xx, effect seconds later", "late-effect", ofWrites({ kind: "late-effect", delayMs: 1_500 })),
    bent("answer cut off", "truncated", [{ route: data, kind: "truncated", probability: 0.1 }]),
    bent("too many long requests", "concurrent-limit", [{ route: data, kind: "concurrent-limit", probability: 0.3 }]),
    bent("unavailable", "unavailable", [{ route: data, kind: "unavailable", probability: 0.3 }]),
    bent("a row is locked", "lock-row", ofWrites({ kind: "lock-row" })),
  ];
};

const refreshes = ({ requests }: SalesforceSandbox) =>
  requests
    .list()
    .filter(({ path, body }) => path.endsWith("/oauth2/token") && Object(body).grant_type === "refresh_token");

const everyMs = 400;

/** How much of something there was while a fault was armed. */
function createCounter(now: () => number) {
  let total = 0;
  let from: number | null = null;
  return {
    begin() {
      from = now();
    },
    end() {
      total += from === null ? 0 : now() - from;
      from = null;
    },
    count: () => total + (from === null ? 0 : now() - from),
  };
}

type Repeated = { name: string; counted: () => number; begin?: () => void; every?: () => void; end?: () => void };

/** Bent from `begin` to `end`, and `every` so often done once more. `counted`: grows with all that it befalls. */
function repeated({ name, counted, begin, every, end }: Repeated): Fault {
  const counter = createCounter(counted);
  return {
    name: `Salesforce: ${name}`,
    in: everywhere,
    async begin({ after }) {
      let isOver = false;
      const next = () =>
        after(everyMs, () => {
          if (isOver) return;
          every?.();
          next();
        });
      counter.begin();
      begin?.();
      next();
      return async () => {
        isOver = true;
        end?.();
        counter.end();
      };
    },
    struck: () => counter.count(),
  };
}

const ofTokens = (salesforce: SalesforceSandbox): readonly Fault[] => {
  const end = () => void salesforce.sessions.end(() => true);
  return [
    {
      name: "Salesforce: session ends in mid-batch",
      in: everywhere,
      async begin(_world, random) {
        let left = between(random, 1, 4);
        const unwatch = salesforce.requests.watch((_entry, moment) => {
          if (moment !== "arrived") return;
          left -= 1;
          if (left === 0) end();
        });
        return async () => unwatch();
      },
      struck: () => salesforce.requests.list().filter(({ status }) => status === 401).length,
    },
    // Whoever has an org now and whoever had it a moment ago come with one refresh token, which is good for one of them.
    repeated({
      name: "sessions end again and again, refresh tokens rotate",
      counted: () => refreshes(salesforce).length,
      every: end,
    }),
  ];
};

type Bend = { begin?: (place: Listened) => void; every?: (place: Listened) => void; end?: (place: Listened) => void };

const ofEvents = (places: readonly Listened[]): readonly Fault[] => {
  const bent = (name: string, { begin, every, end }: Bend): Fault => {
    const all = (run: ((place: Listened) => void) | undefined) => () => {
      for (const place of places) run?.(place);
    };
    const counted = () => places.reduce((sum, { told }) => sum + told.events.length, 0);
    return repeated({ name, counted, begin: all(begin), every: all(every), end: all(end) });
  };
  const cut = ({ org }: Listened) => org.bus.closeStreams();
  return [
    bent("stream of events cut", { begin: cut, every: cut }),
    bent("events delivered twice", {
      begin: ({ org }) => void Object.assign(org.bus.switches, { duplicatesAfterReconnect: 20 }),
      every: cut,
      end: ({ org }) => void Object.assign(org.bus.switches, { duplicatesAfterReconnect: 0 }),
    }),
    bent("replay id lost", { begin: lose, every: lose, end: ({ told }) => told.lose(false) }),
    bent("replay id expired", losing({ refuseReplayIds: "corrupted" }, cut)),
    bent("gap events", losing({ maxPayload: 1 })),
    bent("overflow events", losing({ changesPerTransaction: 0 })),
    bent("events delayed and out of order", {
      begin: ({ org }) => void Object.assign(org.bus.switches, { delay: { minMs: 0, maxMs: 3_000 } }),
      end: ({ org }) => void Object.assign(org.bus.switches, { delay: { minMs: 0, maxMs: 0 } }),
    }),
    bent("leads are seen late", {
      begin(place) {
        place.lateMs = 300;
      },
      end(place) {
        place.lateMs = 0;
      },
    }),
  ];
};

function lose({ org, told }: Listened): void {
  told.lose(true);
  org.bus.loseEvents();
  org.bus.closeStreams();
}

/** The bus is set so, and what it tells meanwhile does not name what happened. */
function losing(switches: Partial<SandboxOrg["bus"]["switches"]>, also?: (place: Listened) => void): Bend {
  return {
    begin(place) {
      place.told.lose(true);
      Object.assign(place.org.bus.switches, switches);
      also?.(place);
    },
    end({ org, told }) {
      Object.assign(org.bus.switches, usual);
      told.lose(false);
    },
  };
}

const usual = { refuseReplayIds: null, maxPayload: 1_000_000, changesPerTransaction: 100_000 };
