import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { openRealDatabase } from "../../scripts/chaos/real-database.ts";
import { openDatabase } from "../../src/store/db.ts";
import { fillDirectory } from "../store/database.ts";

test("the embedded database is looked at while a process has it open, and what it committed is seen", async () => {
  const database = await openRealDatabase(null);
  await fillDirectory(database.dataDir ?? "");
  const owner = await openDatabase({ dataDir: database.dataDir ?? "" });
  await sql`create table notes (id text)`.execute(owner.query);
  await sql`insert into notes values ('n1')`.execute(owner.query);
  const moments: string[] = [];
  const still = async (copy: () => Promise<void>) => {
    moments.push("still");
    await copy();
    moments.push("goes on");
  };
  const read = () =>
    database.look(async ({ query }) => {
      const { rows } = await sql<{ id: string }>`select id from notes order by id`.execute(query);
      return rows.map(({ id }) => id);
    }, still);

  expect(await read()).toEqual(["n1"]);
  await sql`insert into notes values ('n2')`.execute(owner.query);
  expect(await read()).toEqual(["n1", "n2"]);
  expect(moments).toEqual(["still", "goes on", "still", "goes on"]);
  await owner.close();
  await database.drop();
}, 60_000);
