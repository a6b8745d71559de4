import { sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Db } from "./db.ts";
import { first } from "./migrations/0001-first.ts";
import { deaths } from "./migrations/0002-deaths.ts";
import { batchOrder } from "./migrations/0003-batch-order.ts";
import { workers } from "./migrations/0004-workers.ts";
import { touchedTasks } from "./migrations/0005-touched-tasks.ts";
import { grants } from "./migrations/0006-grants.ts";
import { publishedBy } from "./migrations/0007-published-by.ts";
import { assignments } from "./migrations/0008-assignments.ts";
import { batchesInOrder } from "./migrations/0009-batches-in-order.ts";
import { identities } from "./migrations/0010-identities.ts";
import { heldLeads } from "./migrations/0011-held-leads.ts";
import { goldenLeads } from "./migrations/0012-golden-leads.ts";
import { shadow } from "./migrations/0013-shadow.ts";
import { leavers } from "./migrations/0014-leavers.ts";
import { matching } from "./migrations/0015-matching.ts";
import { readings } from "./migrations/0016-readings.ts";
import { accountsByTime } from "./migrations/0017-accounts-by-time.ts";
import { spentCalls } from "./migrations/0018-spent-calls.ts";
import { counterparts } from "./migrations/0019-counterparts.ts";

const migrations: Record<string, Migration> = {
  "0001-first": first,
  "0002-deaths": deaths,
  "0003-batch-order": batchOrder,
  "0004-workers": workers,
  "0005-touched-tasks": touchedTasks,
  "0006-grants": grants,
  "0007-published-by": publishedBy,
  "0008-assignments": assignments,
  "0009-batches-in-order": batchesInOrder,
  "0010-identities": identities,
  "0011-held-leads": heldLeads,
  "0012-golden-leads": goldenLeads,
  "0013-shadow": shadow,
  "0014-leavers": leavers,
  "0015-matching": matching,
  "0016-readings": readings,
  "0017-accounts-by-time": accountsByTime,
  "0018-spent-calls": spentCalls,
  "0019-counterparts": counterparts,
};

/** Brings the schema up to date. Several processes may start at once: Kysely's advisory lock lets one do it. Throws what failed. */
export async function migrate(db: Db): Promise<void> {
  await db.query.connection().execute(async (connection) => {
    // An index over millions of rows takes longer than any statement of the daily work may.
    await sql`set statement_timeout = 0`.execute(connection);
    const migrator = new Migrator({ db: connection, provider: { getMigrations: async () => migrations } });
    // Each in a transaction of its own: nobody has to wait for a table that one changed until the last one has ended.
    for (let made = 1; made > 0; ) {
      const { error, results = [] } = await migrator.migrateUp();
      if (error !== undefined) throw error;
      made = results.length;
    }
    await sql`reset statement_timeout`.execute(connection);
  });
}
