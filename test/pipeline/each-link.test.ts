import { expect, test } from "@jest/globals";
import { ThrottleClosed } from "../../src/crm/throttle.ts";
import { silentLog } from "../../src/log.ts";
import { eachLink } from "../../src/pipeline/each-link.ts";
import { createLoop } from "../../src/pipeline/loop.ts";
import { eventually } from "../eventually.ts";
import { createManualClock } from "../manual-clock.ts";
import { aConnection } from "../store/records.ts";

const links = new Map(["a", "b", "c"].map((id) => [id, { connection: aConnection({ id }) }]));

test("a connection that fails does not keep those after it waiting, and the first failure is told", async () => {
  const ran: string[] = [];
  const run = eachLink(links, async ({ connection: { id } }) => {
    ran.push(id);
    if (id !== "c") throw new Error(`${id} failed`);
  });
  await expect(run).rejects.toThrow("a failed");
  expect(ran).toEqual(["a", "b", "c"]);
});

test("a connection that was closed meanwhile is no failure", async () => {
  await eachLink(links, async ({ connection: { id } }) => {
    if (id === "a") throw new ThrottleClosed();
  });
});

test("a loop goes on after a connection was closed under it", async () => {
  const clock = createManualClock("2026-11-20T10:00:00.000Z");
  let runs = 0;
  const run = async () => {
    runs += 1;
    if (runs === 1) throw new ThrottleClosed();
  };
  const loop = createLoop({ ...clock, log: silentLog }, { name: "test", everyMs: 60_000, run });
  loop.start();
  await eventually(() => {
    clock.advance(1_000);
    return runs > 1;
  });
  await loop.stop();
});
