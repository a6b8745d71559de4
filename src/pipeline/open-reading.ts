import type { CrmClient } from "../crm/crm.ts";
import { crmOf } from "../crm/crm-of.ts";
import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import type { Connection } from "../model/connection.ts";
import { readOnly } from "./read-only.ts";
import { createTokenSource } from "./tokens.ts";

/**
 * A client that a command reads a connection's CRM with; it changes no record. Its calls wait their turn among those of
 * the worker where this process has it. Beside a worker elsewhere it takes a part of the budget: that one sees what is
 * left in the CRM's answers, and the two together stay below the limit.
 */
export function openReading(deps: Deps, connection: Connection, policy: Policy): { client: CrmClient; close(): void } {
  const crm = crmOf(deps.crms, connection.crm);
  const shared = deps.throttles.get(connection.id);
  const throttle = shared ?? ownThrottle(deps, connection);
  const client = crm.connect({
    externalId: connection.externalId,
    // That the grant is gone is for the worker to find and tell: here it ends the command.
    tokens: createTokenSource(deps, crm, connection, async () => undefined),
    throttle,
    now: deps.now,
    qualifyingStage: policy.qualifyingStage,
    capabilities: connection.capabilities,
    timeZone: connection.timeZone,
  });
  return {
    client: readOnly(client),
    close() {
      if (throttle !== shared) throttle.close();
    },
  };
}

const shareBesideWorker = 0.25;

function ownThrottle({ crms, db, monotonic, setTimer, metrics }: Deps, { crm }: Connection): Throttle {
  // The embedded database has one process: nobody else calls.
  const share = db.kind === "pglite" ? 1 : shareBesideWorker;
  return crmOf(crms, crm).createThrottle({ monotonic, setTimer, onCall: metrics.called, share });
}
