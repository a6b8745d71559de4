import { applyChanges, type Changes } from "../engine/changes.ts";
import type { Shared } from "../engine/snapshot.ts";
import { valueAt } from "../engine/value-at.ts";
import type { Connection } from "../model/connection.ts";
import type { Past } from "../model/past.ts";
import type { Rep } from "../model/rep.ts";
import { sharedFacts } from "./contexts.ts";
import type { PublishedPolicy } from "./workspace.ts";

type Setup = {
  deps: Parameters<typeof sharedFacts>[0];
  connection: Connection;
  reps: readonly Past<Rep>[];
  stages: readonly string[];
  published: PublishedPolicy;
  changes: Changes;
};

/** What leads of one moment share, the reps as they were then. Asked in the order of time. */
export function createPastShared({
  deps,
  connection,
  reps,
  stages,
  published,
  changes,
}: Setup): (at: string) => Shared {
  const moments = [...new Set(reps.flatMap(({ versions }) => versions.map(({ since }) => since)))].sort();
  let at = 0;
  let known: { year: string; from: number; shared: Shared } | null = null;
  return (now) => {
    while ((moments[at + 1] ?? "~") <= now) at += 1;
    const year = now.slice(0, 4);
    if (known?.year !== year || known.from !== at) {
      const roster = { stages, reps: reps.map((rep) => valueAt(rep, now)).sort((a, b) => (a.id < b.id ? -1 : 1)) };
      const shared = applyChanges(sharedFacts(deps, { roster, connection }, published, new Date(now)), changes);
      known = { year, from: at, shared };
    }
    return { ...known.shared, now };
  };
}
