import type { CrmClient } from "../crm/crm.ts";
import { crmOf } from "../crm/crm-of.ts";
import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import type { Connection } from "../model/connection.ts";
import { createLoop } from "./loop.ts";
import { keepCount, keepCountMs, openThrottle } from "./open-throttle.ts";
import { readOnly } from "./read-only.ts";
import { createTokenSource } from "./tokens.ts";

/**
 * A client that a command reads a connection's CRM with; it changes no record. Its calls wait their turn among those of
 * the worker where this process has it. Beside a worker elsewhere it takes a part of the budget: that one sees what is
 * left in the CRM's answers, and the two together stay below the limit.
 */
export async function openReading(
  deps: Deps,
  connection: Connection,
  policy: Policy,
): Promise<{ client: CrmClient; close(): Promise<void> }> {
  const shared = deps.throttles.get(connection.id);
  const own =
    shared === undefined ? await openOwn(deps, connection, policy) : { throttle: shared, close: async () => undefined };
  const crm = crmOf(deps.crms, connection.crm);
  const client = crm.connect({
    externalId: connection.externalId,
    // That the grant is gone is for the worker to find and tell: here it ends the command.
    tokens: createTokenSource(deps, crm, connection, async () => undefined),
    throttle: own.throttle,
    now: deps.now,
    qualifyingStage: policy.qualifyingStage,
    capabilities: connection.capabilities,
    timeZone: connection.timeZone,
  });
  return { client: readOnly(client), close: own.close };
}

const shareBesideWorker = 0.25;

type Own = { throttle: Throttle; close(): Promise<void> };

async function openOwn(deps: Deps, connection: Connection, { requests }: Policy): Promise<Own> {
  // The embedded database has one process: nobody else calls.
  const share = deps.db.kind === "pglite" ? 1 : shareBesideWorker;
  const { throttle, pot } = await openThrottle(deps, connection, { requests, share });
  const keep = () => keepCount(deps, connection, pot);
  const keeping = createLoop(deps, { name: "requests", everyMs: keepCountMs, run: keep });
  keeping.start();
  return {
    throttle,
    async close() {
      throttle.close();
      await keeping.stop();
      await keep();
    },
  };
}
