import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { checkout } from "../baton-process.ts";
import { startRealWorld } from "./real-world.ts";
import { describe, neverStruck } from "./report.ts";
import { run } from "./run.ts";

const usage = `npm run chaos -- [--rounds N] [--seed S] [--database postgres|pglite]

Kills and faults against running processes, and a checker that takes its truth from the CRM's own log.
  --rounds     how many rounds of load and faults (20)
  --seed       the same seed draws the same faults (1)
  --database   postgres: one web and two worker processes on the server that TEST_DATABASE_URL names (or one on this
               machine); pglite: one process on the embedded database (postgres)`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    database: { type: "string", default: "postgres" },
    code: { type: "string", default: checkout },
  },
});
const isCount = (text: string) => /^[1-9]\d{0,5}$/.test(text);

if (!isCount(values.rounds) || !isCount(values.seed) || !["postgres", "pglite"].includes(values.database)) {
  console.error(usage);
  process.exit(2);
}

const server =
  values.database === "pglite"
    ? null
    : (process.env.TEST_DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres");
const seed = Number(values.seed);
const rounds = Number(values.rounds);
const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}`;
console.log(`chaos on ${values.database}, ${machine}, ${new Date().toISOString().slice(0, 10)}, seed ${seed}`);

const world = await startRealWorld({ seed, server, code: values.code });
try {
  const result = await run(world, { seed, rounds, print: (line) => console.log(line) });
  for (const line of describe(result, world)) console.log(line);
  if (result.broken !== null || neverStruck(result).length > 0) process.exitCode = 1;
} finally {
  await world.stop();
}
