import { noChanges } from "../engine/changes.ts";
import { createLimits } from "../engine/first-touch.ts";
import { namesOf } from "../engine/names.ts";
import type { Policy } from "../engine/policy.ts";
import { printReplay } from "../engine/print-replay.ts";
import { type Counted, count, countCredits, countReason, createTally, type Tally } from "../engine/replay-tally.ts";
import { createRerun, type RerunBatch } from "../engine/rerun.ts";
import type { Shared } from "../engine/snapshot.ts";
import type { Query } from "../store/db.ts";
import { replayBatches } from "../store/replay-batches.ts";
import { newestRoster } from "./newest-roster.ts";
import { sharedReader, shareOf, toLead } from "./replay-policy.ts";
import { type Said, sayLines } from "./said.ts";

type Wanted = {
  workspaceId: string;
  since: string;
  now: string;
  timeZone: string;
  before: Policy;
  after: Policy;
};

/**
 * For whom one policy makes a difference to another: stored leads are decided again by both, each with ledgers and loads
 * of its own that go on from batch to batch.
 */
export async function* policyEffect(db: Query, wanted: Wanted): AsyncGenerator<Said, void, undefined> {
  const { workspaceId, since, before, after } = wanted;
  const tally = createTally();
  const sides = [before, after].map((policy) => ({
    rerun: createRerun(),
    sharedOf: sharedReader(db, { workspaceId, policy, changes: noChanges }),
  }));
  for await (const batch of replayBatches(db, { workspaceId, since })) {
    const leads = batch.decisions.map(toLead(batch));
    const both: Decided[] = [];
    for (const { rerun, sharedOf } of sides) {
      const { changed } = await sharedOf(batch.sharedHash);
      const shared: Shared = { ...changed, now: batch.decidedAt };
      const by = { shared, limitsOf: createLimits(shared) };
      both.push({ by, ...rerun(shared, { state: batch.stateBefore, leads }) });
    }
    const [was, now] = both;
    if (was !== undefined && now !== undefined) countBoth(tally, was, now);
    yield { progress: shareOf(wanted, batch.decidedAt) };
  }
  const names = namesOf(await newestRoster(db, workspaceId));
  yield* sayLines(printReplay(tally, { names, timeZone: wanted.timeZone }, { notes: [] }));
}

type Decided = RerunBatch & { by: Counted["by"] };

function countBoth(tally: Tally, was: Decided, now: Decided): void {
  countCredits(tally.was, was.credits, was.by.shared.policy);
  countCredits(tally.now, now.credits, now.by.shared.policy);
  for (const [at, before] of was.made.entries()) {
    const after = now.made[at];
    if (before.kind === "erased") tally.erased += 1;
    else if (before.kind === "moot" || after?.kind !== "decided") tally.moot += 1;
    else {
      const [a, b] = [toCounted(before.decision, was.by), toCounted(after.decision, now.by)];
      if (count(tally, a, b)) countReason(tally, a.decision, b.decision);
    }
  }
}

const toCounted = ({ pick, ...decision }: Counted["decision"] & Pick<Counted, "pick">, by: Counted["by"]): Counted => ({
  decision,
  pick,
  by,
});
