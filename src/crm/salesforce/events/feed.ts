import type { ChangeFeed, ConnectOptions, FeedBatch } from "../../crm.ts";
import { type Batch, openStream } from "./subscribe.ts";
import { toEvents } from "./to-events.ts";

/** The channel that Baton's package brings (salesforce.md §0.1). */
const topic = "/data/Baton_Lead_Routing__chn";

/** The changes of an org as its channel tells them. */
export function createFeed(url: string, { externalId, tokens }: ConnectOptions): ChangeFeed {
  /** The service refused this token for a stream: the next one begins with another. */
  let refused: string | null = null;
  return {
    async open({ after, onBatch, setTimer }) {
      const held = await tokens.get();
      const access = held.token === refused ? await tokens.renew(held.token) : held;
      const stream = openStream({
        ...{ url, orgId: externalId, access, topic, setTimer },
        from: after === null ? "now" : { after },
        onBatch: (batch) => onBatch(toFeedBatch(externalId, batch)),
      });
      void stream.ended.then(({ why }) => {
        if (why === "unauthorized") refused = access.token;
      });
      return stream;
    },
  };
}

function toFeedBatch(externalId: string, { changes, replayId }: Batch): FeedBatch {
  const meant = changes.map((change) => toEvents(externalId, change));
  return {
    events: meant.flatMap(({ events }) => events).filter(({ change }) => change.kind !== "unused"),
    isIncomplete: meant.some(({ repair }) => repair !== null),
    cursor: replayId,
  };
}
