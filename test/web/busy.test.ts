import { expect, test } from "@jest/globals";
import type { Deps } from "../../src/deps.ts";
import { silentLog } from "../../src/log.ts";
import { createMetrics } from "../../src/metrics.ts";
import { webhookHandler } from "../../src/web/handlers/webhooks.ts";
import type { WebAnswer, WebRequest } from "../../src/web/route.ts";
import { eventually } from "../eventually.ts";
import { createManualClock } from "../manual-clock.ts";
import { aConnection } from "../store/records.ts";
import { createFakeCrm } from "./fake-crm.ts";

const request: WebRequest = {
  method: "POST",
  target: "/hubspot/webhooks",
  params: {},
  query: new URLSearchParams(),
  headers: { "content-type": "application/json", "x-signature": "good" },
  body: Buffer.from(JSON.stringify([{ lead: 1, portal: "62515" }])),
  peer: "",
};

/** A door behind which the database stores nothing until `release`. */
function aSlowDoor() {
  const clock = createManualClock();
  const metrics = createMetrics();
  const stored = Promise.withResolvers<void>();
  let waiting = 0;
  const handle = webhookHandler(
    {
      ...clock,
      metrics,
      log: silentLog,
      // Asked only about what cannot be read.
      db: {} as Deps["db"],
      directory: { find: async () => new Map([["62515", aConnection()]]), forget: () => undefined },
      gauge: { wouldOverflow: async () => false, added: () => undefined },
      async store() {
        waiting += 1;
        await stored.promise;
      },
    },
    "hubspot",
    createFakeCrm().webhooks,
  );
  return { clock, metrics, handle: () => handle(request), waiting: () => waiting, release: stored.resolve };
}

const retryOf = ({ status, headers }: WebAnswer) => [status, headers?.["retry-after"]];

test("a database that does not answer is told of before the sender gives up, after four seconds", async () => {
  const door = aSlowDoor();
  const answer = door.handle();
  await eventually(() => door.waiting() === 1);
  door.clock.advance(4_000);
  expect(retryOf(await answer)).toEqual([503, "5"]);
  door.release();
});
