import pg from "pg";
import { parseDelivery } from "../../src/crm/hubspot/delivery.ts";
import { eventsOf, eventsPerPost } from "./posts.ts";

const connections = 8;

const insert = `
  insert into inbox (connection_id, event_key, occurred_at, workspace_id, received_at, subject_kind, subject_id, change,
    by_this_app)
  select 'bare', event_key, occurred_at, 'bare', $5::timestamptz, 'lead', subject_id, change, false
  from unnest($1::text[], $2::timestamptz[], $3::text[], $4::jsonb[]) as e(event_key, occurred_at, subject_id, change)
`;

/** Rows a second that the server takes in when nothing else is asked of it: the rows of 100 events at a time. */
export type BareInsert = { run(posts: { from: number; count: number }): Promise<number>; close(): Promise<void> };

/** Opens its connections once, as the product does. */
export async function openBareInsert(url: string): Promise<BareInsert> {
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  return {
    async run({ from, count }) {
      const now = Date.now();
      const statements = Array.from({ length: count }, (_, index) => rowsOf(from + index, now));
      let next = 0;
      const startedAt = performance.now();
      await Promise.all(
        clients.map(async (client) => {
          for (let values = statements[next++]; values !== undefined; values = statements[next++])
            await client.query({ name: "bare", text: insert, values });
        }),
      );
      return Math.round((count * eventsPerPost * 1000) / (performance.now() - startedAt));
    },
    async close() {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
}

/** What the product would store of a post, ready for the driver. */
function rowsOf(post: number, now: number): unknown[] {
  const { events } = parseDelivery(JSON.stringify(eventsOf(post, now)));
  return [
    events.map(({ key }) => key),
    events.map(({ occurredAt }) => occurredAt),
    events.map(({ subjectId }) => subjectId),
    events.map(({ change }) => JSON.stringify(change)),
    new Date(now).toISOString(),
  ];
}
