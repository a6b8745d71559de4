import { createApiLimits } from "./api-limits.ts";
import type { createOrg } from "./create-org.ts";
import { createCursors } from "./cursors.ts";
import type { Org } from "./org.ts";
import { createOutbox } from "./outbound/outbox.ts";
import { createEventBus, type EventBus } from "./pubsub/event-bus.ts";
import type { Channel } from "./pubsub/topics.ts";
import type { SandboxOrg } from "./sandbox-org.ts";

/** An org with its APIs, change events and outbound messages, which hear of each commit. */
export function withServices(
  org: ReturnType<typeof createOrg>,
  secret: (length: number) => string,
  instanceUrl: string,
): SandboxOrg {
  const channels: Channel[] = [];
  const bus = busOf(org, channels);
  const outbox = createOutbox(Object.assign(org, { instanceUrl }));
  org.onCommit.push(bus.append, outbox.changed);
  const cursors = createCursors(org.clock, () => `01g${secret(15).replace(/[._]/g, "x")}`);
  return Object.assign(org, {
    ...{ instanceUrl, cursors, channels, bus, outbox },
    limits: createApiLimits(org.clock),
    bells: createApiLimits(org.clock, { windowMs: 3_600_000, most: 10_000 }),
    notifications: [],
    feed: [],
  });
}

function busOf(org: Org, channels: readonly Channel[]): EventBus {
  return createEventBus({
    ...{ clock: org.clock, orgId: org.id, random: org.random },
    objectNamed(name) {
      const object = org.objects.get(name.toLowerCase());
      return object?.name === name ? object : null;
    },
    channels: () => channels,
    rowOf: (entityName, id) => org.tables.get(entityName)?.get(id) ?? null,
    access: {
      canViewAll(userId, entityName) {
        const { viewAll } = org.permissionsOf(userId);
        return viewAll === "everything" || (viewAll.has(entityName) && !activities.has(entityName));
      },
      hiddenFields: (userId, entityName) => org.permissionsOf(userId).hidden.get(entityName) ?? noFields,
    },
  });
}

/** They have no View All Records of their own: View All Data is needed (salesforce.md §1.2). */
const activities = new Set(["Task", "Event"]);

const noFields: ReadonlySet<string> = new Set();
