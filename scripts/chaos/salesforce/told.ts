import type { Change } from "../../../src/sandbox/salesforce/change.ts";
import type { SandboxOrg } from "../../../src/sandbox/salesforce/sandbox-org.ts";
import { leadName, type SentEvent } from "../truth.ts";

/** What the events of an org tell, and of which leads some may have been lost. */
export type Told = {
  events: readonly SentEvent[];
  untold: ReadonlySet<string>;
  /** Until this is called again with false, the bus may lose what is told. */
  lose(isLosing: boolean): void;
};

/** So much of what was told a moment ago may be on its way still, ms. */
const onItsWayMs = 5_000;

/** Listens to an org from now on. */
export function listenTo({ id, clock, onCommit }: SandboxOrg): Told {
  const events: SentEvent[] = [];
  const untold = new Set<string>();
  let isLosing = false;
  onCommit.push((changes) => {
    for (const change of changes)
      for (const objectId of change.recordIds) {
        const place = { accountId: id, objectId, occurredAt: change.commitTimestamp, acknowledged: false };
        for (const key of hintsIn(change))
          events.push({ ...place, key: `${change.transactionKey} ${objectId} ${key}` });
        if (isLosing) untold.add(leadName({ accountId: id, leadId: objectId }));
      }
  });
  return {
    events,
    untold,
    lose(now) {
      isLosing = now;
      const since = clock.now() - onItsWayMs;
      for (const { objectId, occurredAt } of events)
        if (occurredAt >= since) untold.add(leadName({ accountId: id, leadId: objectId }));
    },
  };
}

/** An event is a hint for each of these that it tells of. */
function hintsIn({ entityName, changeType, changedFields, row }: Change): string[] {
  if (entityName === "Account" || entityName === "Opportunity") return ["changed"];
  if (entityName !== "Lead") return [];
  if (changeType === "CREATE") return ["created", ...(row?.Status ? ["stage"] : [])];
  if (changeType !== "UPDATE") return ["there or not"];
  if (changedFields.includes("IsConverted")) return ["converted"];
  return ["Status", "OwnerId"].filter((field) => changedFields.includes(field));
}
