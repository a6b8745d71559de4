import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { createReplay, type Replayed } from "../../src/pipeline/replay.ts";
import { type Journey, startJourney } from "./world.ts";

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney();
  for (let each = 0; each < 30; each += 1)
    journey.qualify({ email: `lead-${each}@somewhere-${each % 7}.example`, country: "Germany", hubspotscore: "65" });
  await journey.settled();
}, 60_000);
afterAll(() => journey.stop());

const query = () => journey.app.deps.db.query;

async function replayAll(): Promise<readonly Replayed[]> {
  const batches = await query().selectFrom("batches").select(["workspaceId", "id"]).execute();
  const replay = createReplay(query(), batches[0]?.workspaceId ?? "");
  const replayed = await Promise.all(batches.map(({ id }) => replay(id)));
  return replayed.flatMap((each) => (each === null ? [] : [each]));
}

const sum = (all: readonly Replayed[], of: (each: Replayed) => number) =>
  all.reduce((total, each) => total + of(each), 0);

test("every stored batch gives its stored decisions again (I12)", async () => {
  const replayed = await replayAll();
  expect(sum(replayed, ({ decisions }) => decisions)).toBe(30);
  expect(replayed.flatMap(({ mismatches }) => mismatches)).toEqual([]);
});

test("a lead whose facts were erased is skipped, and those after it come out as before", async () => {
  const [first] = await query().selectFrom("decisions").select("id").orderBy("position").limit(1).execute();
  await query()
    .updateTable("decisions")
    .set({ facts: null })
    .where("id", "=", first?.id ?? "")
    .execute();
  const replayed = await replayAll();
  expect(sum(replayed, ({ erased }) => erased)).toBe(1);
  expect(replayed.flatMap(({ mismatches }) => mismatches)).toEqual([]);
});

test("a decision that somebody changed afterwards is found", async () => {
  const [changed] = await query()
    .selectFrom("decisions")
    .select(["id", "repId"])
    .where("facts", "is not", null)
    .where("repId", "is not", null)
    .limit(1)
    .execute();
  await sql`
    update decisions set decision = replace(decision::text, ${`"repId":"${changed?.repId}"`}, '"repId":"999"')::json
    where id = ${changed?.id}
  `.execute(query());
  const mismatches = (await replayAll()).flatMap((each) => each.mismatches);
  expect(mismatches.map(({ decisionId }) => decisionId)).toEqual([changed?.id]);
});

test("a batch that is not stored has no replay", async () => {
  expect(await createReplay(query(), "nobody's")("nothing")).toBeNull();
});
