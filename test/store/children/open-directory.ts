import { openDatabase } from "../../../src/store/db.ts";

/** `node open-directory.ts DIR`: opens the directory and says "open", or prints why not and exits 1. Stays until killed. */
try {
  await openDatabase({ dataDir: process.argv[2] ?? "" });
  process.stdout.write("open\n");
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`);
  process.exit(1);
}
