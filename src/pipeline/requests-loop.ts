import type { Deps } from "../deps.ts";
import { eachLink } from "./each-link.ts";
import { createLoop, type Loop } from "./loop.ts";
import { keepCount, keepCountMs } from "./open-throttle.ts";
import type { Workspace } from "./workspace.ts";

/** Stores the count of each connection's calls, and holds it to what the published policy allows now. */
export function requestsLoop(deps: Deps, { links, readPolicy }: Workspace): Loop {
  return createLoop(deps, {
    name: "requests",
    everyMs: keepCountMs,
    run: () =>
      eachLink(links, async ({ connection, pot, throttle }) => {
        const { policy } = await readPolicy();
        pot.allow(policy.requests);
        await keepCount(deps, connection, pot);
        throttle.recheck();
      }),
  });
}
