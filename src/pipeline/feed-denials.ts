import type { Deps } from "../deps.ts";
import type { Connection } from "../model/connection.ts";
import { endFeatureOff, tellFeatureOff } from "./tell-features-off.ts";

const feature = "change-events";
const message =
  "Baton may not hear of changes any more: leads are found by asking every ten minutes, not within seconds.";
const whatToDo = "Give Baton's user the permission for change events again, and the channel of Baton's package.";

/** Tells who can grant it that a CRM denies its feed of changes, until the feed tells something again. */
export function createFeedDenials(deps: Pick<Deps, "db" | "now" | "log">) {
  const denied = new Set<string>();
  return {
    /** Never throws. */
    async denied(connection: Connection, because: string): Promise<void> {
      denied.add(connection.id);
      try {
        await tellFeatureOff(deps, connection, {
          ...{ feature, whatToDo },
          message: `${message} The CRM says: ${because}`,
        });
      } catch (error) {
        deps.log.error({ error, connectionId: connection.id }, "nobody was told that a feed is denied");
      }
    },
    async heard(connection: Connection): Promise<void> {
      if (denied.delete(connection.id)) await endFeatureOff(deps, connection, feature);
    },
  };
}
