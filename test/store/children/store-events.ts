import { openDatabase } from "../../../src/store/db.ts";
import { addEvents } from "../../../src/store/inbox.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { anEvent } from "../records.ts";

/** `node store-events.ts DIR PREFIX`: stores events until it is killed, and prints each key once it is acknowledged. */
const [, , dataDir = "", prefix = ""] = process.argv;
const db = await openDatabase({ dataDir });
await migrate(db);
for (let post = 0; ; post++) {
  const keys = Array.from({ length: 5 }, (_, index) => `${prefix}-${post}-${index}`);
  await addEvents(
    db.query,
    keys.map((key) => anEvent(key)),
  );
  process.stdout.write(`${keys.join("\n")}\n`);
}
