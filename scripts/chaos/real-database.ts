import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Db, openDatabase } from "../../src/store/db.ts";
import { openServerDatabase } from "../bench/server-database.ts";

/** Where the processes under test keep their data, and how the rig reads it. */
export type RealDatabase = {
  kind: "postgres" | "pglite";
  /** On PostgreSQL; null on the embedded database. */
  url: URL | null;
  /** On the embedded database; null on PostgreSQL. */
  dataDir: string | null;
  /** On the embedded database no process may have it open meanwhile. */
  read<T>(run: (db: Db) => Promise<T>): Promise<T>;
  /** As it stands at this moment, whoever has it open; `still` keeps those who write from it while they are copied. */
  look<T>(run: (db: Db) => Promise<T>, still: Still): Promise<T>;
  drop(): Promise<void>;
};

export type Still = (copy: () => Promise<void>) => Promise<void>;

export async function openRealDatabase(server: string | null): Promise<RealDatabase> {
  if (server === null) {
    const folder = await mkdtemp(join(tmpdir(), "baton-chaos-"));
    const dataDir = join(folder, "data");
    const copyDir = join(folder, "copy");
    return {
      kind: "pglite",
      url: null,
      dataDir,
      async read(run) {
        const db = await openDatabase({ dataDir });
        return run(db).finally(() => db.close());
      },
      async look(run, still) {
        await rm(copyDir, { recursive: true, force: true });
        await still(() => cp(dataDir, copyDir, { recursive: true }));
        // What a kill at this moment would leave, but that whoever holds the lock lives.
        for (const name of await readdir(copyDir))
          if (name.startsWith("baton.lock.")) await rm(join(copyDir, name), { force: true });
        const db = await openDatabase({ dataDir: copyDir });
        return run(db).finally(() => db.close());
      },
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  }
  const database = await openServerDatabase(server);
  const db = await openDatabase({ url: database.url });
  return {
    kind: "postgres",
    url: new URL(database.url),
    dataDir: null,
    read: (run) => run(db),
    look: (run) => run(db),
    async drop() {
      await db.close();
      await database.drop();
    },
  };
}
