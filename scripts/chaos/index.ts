import { checkout } from "../baton-process.ts";
import { readOptions } from "../read-options.ts";
import { crmNames } from "./crms.ts";
import { databaseServer, describeMachine } from "./machine.ts";
import { startRealWorld } from "./real-world.ts";
import { describe, neverStruck } from "./report.ts";
import { run } from "./run.ts";
import { startSimulatedWorld } from "./simulated-world.ts";

const usage = `npm run chaos -- [--rounds N] [--seed S] [--database postgres|pglite] [--mode real|simulated]
                       [--crm hubspot|salesforce|both]

Kills and faults against running processes, and a checker that takes its truth from the CRM's own log.
  --rounds     how many rounds of load and faults (20)
  --seed       the same seed draws the same faults (1)
  --only       a part of the names of the kills that are wanted, such as "commit" (all)
  --database   postgres: one web and two worker processes on the server that TEST_DATABASE_URL names (or one on this
               machine); pglite: one process on the embedded database (postgres)
  --mode       real: processes of the operating system; simulated: the same three in one process, on PostgreSQL and on a
               virtual clock, so that hours pass in minutes (real)
  --crm        the local CRMs, each with several accounts (both; simulated: hubspot)`;

const { values } = readOptions(
  {
    options: {
      rounds: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      database: { type: "string", default: "postgres" },
      only: { type: "string", default: "" },
      crm: { type: "string", default: "both" },
      mode: { type: "string", default: "real" },
      code: { type: "string", default: checkout },
    },
  },
  usage,
);
const isCount = (text: string) => /^[1-9]\d{0,5}$/.test(text);

if (
  !isCount(values.rounds) ||
  !isCount(values.seed) ||
  !["postgres", "pglite"].includes(values.database) ||
  !["real", "simulated"].includes(values.mode) ||
  !["both", ...crmNames].includes(values.crm) ||
  (values.mode === "simulated" && values.crm === "salesforce") ||
  (values.mode === "simulated" && values.database === "pglite")
) {
  console.error(usage);
  process.exit(2);
}

const server = values.database === "pglite" ? null : databaseServer();
const seed = Number(values.seed);
const rounds = Number(values.rounds);
const crms = crmNames.filter((name) => values.crm === "both" || values.crm === name);
const shown = values.mode === "simulated" ? "hubspot" : crms.join(" and ");
console.log(`chaos on ${values.database}, ${shown}, ${values.mode}, ${describeMachine()}, seed ${seed}`);

const world =
  values.mode === "simulated"
    ? await startSimulatedWorld({ seed, server: databaseServer() })
    : await startRealWorld({ seed, server, code: values.code, crms });
try {
  const result = await run(world, { seed, rounds, only: values.only, print: (line) => console.log(line) });
  for (const line of describe(result, world)) console.log(line);
  if (result.broken !== null || neverStruck(result).length > 0) process.exitCode = 1;
} finally {
  await world.stop();
}
