import { crmOf } from "../crm/crm-of.ts";
import type { Throttle } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { clientOfLink } from "./link-client.ts";
import { type Opened, openThrottle } from "./open-throttle.ts";
import { createReadAhead } from "./read-ahead.ts";
import { createRecorder } from "./recorder.ts";
import { createSettler } from "./settler.ts";
import type { Setup } from "./station-setup.ts";
import { createStations } from "./stations.ts";
import { loadRoster } from "./sync-reps.ts";
import { createTokenSource } from "./tokens.ts";
import type { Link } from "./workspace.ts";

type Created = Omit<Setup, "link" | "throttle" | "ahead">;

/** All that talks to one connection's CRM, and the stations where its work waits for calls. */
export async function createLink(created: Created): Promise<Link> {
  const { deps, workspace, connection, pause } = created;
  const crm = crmOf(deps.crms, connection.crm);
  const { policy } = await workspace.readPolicy(connection.crm);
  const { throttle, pot } = findable(deps, connection, await openThrottle(deps, connection, policy));
  const open = crm.connect({
    externalId: connection.externalId,
    tokens: createTokenSource(deps, crm, connection, pause),
    throttle,
    now: deps.now,
    qualifyingStage: policy.qualifyingStage,
    capabilities: connection.capabilities,
    timeZone: connection.timeZone,
  });
  const client = clientOfLink(open, connection, () => link.people);
  const ahead = createReadAhead(client.leadWrites);
  const setup: Setup = { ...created, throttle, ahead, link: () => link };
  const stale = { accountIds: new Set<string>(), opportunityIds: new Set<string>() };
  const link: Link = {
    connection,
    crm,
    qualifyingStage: policy.qualifyingStage,
    client,
    throttle,
    pot,
    ...(await loadRoster(deps, connection, policy)),
    ...createStations(setup, client),
    record: createRecorder(deps, workspace, () => link),
    settle: createSettler(deps, workspace, () => link),
    heads: new Map(),
    ownerLooks: new Map(),
    owed: [],
    watching: new Set(),
    unreadable: new Map(),
    looksAtMost: new Map(),
    inHand: new Set(),
    unsent: new Map(),
    listedWith: null,
    metOpportunities: { accountIds: new Set(), restUntil: 0 },
    missedDomains: new Map(),
    hintsTaken: new Map(),
    stale,
    refresh(more) {
      for (const id of more.accountIds) stale.accountIds.add(id);
      for (const id of more.opportunityIds) stale.opportunityIds.add(id);
    },
    loadPlanned: () => workspace.loadPlanned(link),
  };
  return link;
}

/** It can be found as long as it is open. */
function findable({ throttles }: Deps, { id }: Connection, { throttle, pot }: Opened): Opened {
  const found: Throttle = {
    ...throttle,
    close() {
      if (throttles.get(id) === found) throttles.delete(id);
      throttle.close();
    },
  };
  throttles.set(id, found);
  return { throttle: found, pot };
}
