import { type Kysely, sql } from "kysely";

// Work that takes its process down with it is counted and set aside (reliability.md §3.11). A version before this one
// runs beside it: it fills neither column.
const statements = [
  "alter table inbox add column deaths smallint not null default 0",
  "create index inbox_suspects on inbox (workspace_id, deaths) where state = 'pending' and deaths > 0",
  "alter table leases add column previous_holder text not null default ''",
];

export const deaths = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
