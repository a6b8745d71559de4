import type { Deps } from "../deps.ts";
import { catchUp } from "./catch-up.ts";
import { eachLink } from "./each-link.ts";
import { createListening } from "./listen.ts";
import { createLoop, type Loop } from "./loop.ts";
import { findChanged } from "./sync-accounts.ts";
import type { Workspace } from "./workspace.ts";

const searchOverlapMs = 10 * 60_000;

/** What a CRM does not tell by itself: it is listened to, and whatever it has told it is asked who qualified and what changed. */
export function changeLoops(deps: Deps, workspace: Workspace): Loop[] {
  const reconcile = createLoop(deps, {
    name: "reconcile",
    everyMs: deps.settings.reconcileMs,
    run: () =>
      eachLink(workspace.links, async (link) => {
        await catchUp(deps, link);
        await findChanged(deps, link, searchOverlapMs);
      }),
  });
  return [reconcile, createListening(deps, workspace, reconcile.poke)];
}
