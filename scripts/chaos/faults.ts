import { lives } from "./crm.ts";
import { between, everywhere, type Fault, oneOf, type Random } from "./fault.ts";
import { callKinds, nameOfPoint, type Point, stoppedForLong, stoppedUntilTaken } from "./points.ts";
import type { World, WorldKind } from "./world.ts";

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

/** Leads that people do something to, up to three of those that a call is just about; `draw` chooses the kind of call. */
const ofLives: readonly Fault[] = lives.map((life) => ({
  name: `leads ${life} in mid-call`,
  in: everywhere,
  async begin({ crms }, random) {
    const kind = oneOf(random, ["read", "owner write", "task write"] as const);
    const when = oneOf(random, ["arrived", "applied"] as const);
    let left = 3;
    const unwatch = crms.map(({ watch, people }) =>
      watch((call, moment) => {
        if (left === 0 || call.kind !== kind || moment !== when || call.accountId === null) return;
        left -= 1;
        people.strike(life, call.accountId, call.text());
      }),
    );
    return async () => {
      for (const stop of unwatch) stop();
    };
  },
  struck: ({ crms }) => crms.reduce((sum, { people }) => sum + people.struck(life), 0),
}));

/** What befalls processes: a round has some of it, and some of the rest. */
export const processFaults: readonly Fault[] = ofProcesses;

/** The rest: what befalls calls to these CRMs, what they tell, and their leads. */
export const otherFaults = ({ crms }: Pick<World, "crms">): readonly Fault[] => [
  ...crms.flatMap(({ faults }) => faults),
  ...ofLives,
];

/** `only`: a part of the names of those that are wanted; "" for all. */
export const faultsIn = (list: readonly Fault[], kind: WorldKind, only: string): readonly Fault[] =>
  list.filter((fault) => fault.in.includes(kind) && fault.name.includes(only));
