import type { ApiLimits } from "./api-limits.ts";
import type { OrgSetup } from "./create-org.ts";
import type { Cursors } from "./cursors.ts";
import type { Org } from "./org.ts";
import type { Outbox } from "./outbound/outbox.ts";
import type { EventBus } from "./pubsub/event-bus.ts";
import type { Channel } from "./pubsub/topics.ts";

/** A bell and a push, as somebody got them (salesforce.md §4.7). */
export type SentNotification = {
  at: number;
  typeId: string;
  recipientId: string;
  title: string;
  body: string;
  targetId: string | null;
};

/** A Chatter post, as text. */
export type FeedItem = { id: string; at: number; userId: string; subjectId: string; text: string };

/** An org with all that its APIs keep beside its records. */
export type SandboxOrg = Org &
  OrgSetup & {
    /** "http://127.0.0.1:PORT", as `instance_url` has it; it may move. */
    instanceUrl: string;
    limits: ApiLimits;
    /** Notifications of an hour. */
    bells: ApiLimits;
    cursors: Cursors;
    notifications: SentNotification[];
    feed: FeedItem[];
    channels: Channel[];
    bus: EventBus;
    outbox: Outbox;
  };
