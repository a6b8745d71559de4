import type { Deps } from "../deps.ts";
import { createGroup } from "./group.ts";
import { planNotices } from "./notices.ts";
import { noteTaskAnswers } from "./task-answers.ts";
import { noteOutcomes } from "./under-lease.ts";
import type { Link, Outcomes, Workspace } from "./workspace.ts";

const listsPerStatement = 8;

/** Notes outcomes under this lease; what is to be noted meanwhile shares the next statement. */
export function createSettler(
  deps: Pick<Deps, "db" | "metrics" | "now">,
  { lease }: Pick<Workspace, "lease">,
  link: () => Link,
): Link["settle"] {
  return createGroup({
    atMost: listsPerStatement,
    async run(all: readonly Outcomes[]) {
      const settled = all.flatMap((outcomes) => outcomes.settled);
      const answers = all.flatMap(({ tasks }) => tasks);
      const notices = all.flatMap((outcomes) => outcomes.notices ?? []);
      if (answers.length + notices.length === 0)
        return void (await noteOutcomes(deps, deps.db.query, { lease, settled }));
      await deps.db.transaction(async (tx) => {
        const noted = await noteOutcomes(deps, tx, { lease, settled });
        await noteTaskAnswers(tx, link(), { answers, noted });
        await planNotices(deps, tx, { lease, notices, noted });
      });
    },
  });
}
