import { availableParallelism, cpus } from "node:os";
import { readOptions } from "../read-options.ts";
import { type CrmName, crmNames } from "./crm-bench.ts";

/** Null: the bench's own default. */
type Options = {
  seed: number;
  leads: number | null;
  factor: number | null;
  naiveLeads: number | null;
  seconds: number | null;
  posts: number | null;
  rounds: number | null;
  accounts: number | null;
  data: string | null;
  crm: CrmName;
  automationMs: number;
  streams: number | null;
};

/** Runs one benchmark, prints its table, and answers the object that `--json` prints; `missed` are aims in words. */
type Bench = (options: Options) => Promise<object & { missed?: readonly string[] }>;

const benches: Record<string, Bench> = {
  async limiter(options) {
    const { describe, run } = await import("./limiter.ts");
    const result = await run(options);
    console.log(describe(result));
    return result;
  },
  async burst({ seed, leads, factor, naiveLeads, crm, automationMs, streams }) {
    const { describe, run } = await import("./burst.ts");
    // At 60 the SDK's own work, not its waits, held the naive client back on two cores; at 20 it does not. Of a client without
    // a limiter there is more work than waiting at once.
    const usualFactor = crm === "hubspot" ? 20 : 2;
    const of = { crm, seed, automationMs, streams, naiveLeads, warmUpLeads: 1_500 };
    const result = await run({ ...of, leads: leads ?? 10_000, factor: factor ?? usualFactor });
    console.log(describe(result));
    return result;
  },
  async trickle({ seed, leads, crm, automationMs, streams }) {
    const { describe, run } = await import("./trickle.ts");
    const result = await run({ crm, seed, leads: leads ?? 60, automationMs, streams });
    console.log(describe(result));
    return result;
  },
  async overload({ seed, seconds }) {
    const { describe, run } = await import("./overload.ts");
    const usual = { portals: 20, seconds: seconds ?? 60, trialSeconds: 8, stalledSockets: 1_000, stalledSeconds: 20 };
    const result = await run({ seed, ...usual, windowSeconds: 20, windows: 4 });
    console.log(describe(result));
    return result;
  },
  async workers({ seed, leads }) {
    const { describe, run } = await import("./workers.ts");
    const result = await run({ seed, portals: 40, leads: leads ?? 500, counts: [1, 2, 4], leaseSeconds: 30 });
    console.log(describe(result));
    return result;
  },
  async ingest({ posts, rounds }) {
    const { describe, run } = await import("./ingest.ts");
    const result = await run({ posts: posts ?? 600, rounds: rounds ?? 5 });
    console.log(describe(result));
    return result;
  },
  async engine({ seed, leads, rounds }) {
    const { describe, run } = await import("./engine.ts");
    const result = await run({ seed, leads: leads ?? 100_000, rounds: rounds ?? 5 });
    console.log(describe(result));
    return result;
  },
  async replay({ leads }) {
    const { describe, run } = await import("./replay.ts");
    const result = await run({ decisions: leads ?? 500_000 });
    console.log(describe(result));
    return result;
  },
  async record({ leads, rounds }) {
    const { describe, run } = await import("./record.ts");
    const result = await run({ leads: leads ?? 2_000, rounds: rounds ?? 5 });
    console.log(describe(result));
    return result;
  },
  async match({ seed, accounts, data, leads }) {
    const { describe, run } = await import("./match.ts");
    const result = await run({ seed, data, leads, accounts: accounts === null ? [61_000, 1_000_000] : [accounts] });
    console.log(describe(result));
    return result;
  },
  async "match-hostile"({ seed, leads }) {
    const { describe, run } = await import("./match-hostile.ts");
    const result = await run({ seed, leads: leads ?? 10_000 });
    console.log(describe(result));
    return result;
  },
};

const about: Readonly<Record<string, string>> = {
  limiter: "how much of HubSpot's rate limit our calls use",
  burst: "how long until 10,000 leads that turn MQL at once have their owners",
  trickle: "how long one lead at a time takes from event to owner",
  overload: "how a flood, stalled senders and a busy neighbour are borne",
  workers: "how much more two and four workers decide, and how fast a dead one's work is taken over",
  ingest: "how many signed events a second are stored and acknowledged",
  engine: "how many leads a second the rules decide, beside other rule engines",
  replay: "how long stored decisions take to be read and decided again, and how much memory",
  record: "how many decisions a second are recorded, and how large one is",
  match: "how well and how fast leads find their accounts, beside packages that do, and among a million accounts",
  "match-hostile": "how long the worst lead takes to be matched when all are made to hurt",
};

const text = { type: "string" } as const;
const usage = [
  "npm run bench -- NAME [--seed N] [--leads N] [--seconds N] [--posts N] [--rounds N] [--accounts N] [--data DIR] [--json], each beside its baseline:",
  `burst and trickle: [--crm ${crmNames.join("|")}] [--automation-ms N] [--streams N]`,
  ...Object.keys(benches).map((known) => `  ${known.padEnd(13)} ${about[known]}`),
].join("\n");
const { values, positionals } = readOptions(
  {
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      seed: text,
      leads: text,
      factor: text,
      "naive-leads": text,
      seconds: text,
      posts: text,
      rounds: text,
      accounts: text,
      data: text,
      crm: text,
      "automation-ms": text,
      streams: text,
    },
  },
  usage,
);
const [name = ""] = positionals;
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
const given = {
  seed: values.seed ?? "1",
  leads: values.leads,
  factor: values.factor,
  "naive-leads": values["naive-leads"],
  seconds: values.seconds,
  posts: values.posts,
  rounds: values.rounds,
  accounts: values.accounts,
  streams: values.streams,
};
const wrong = Object.entries(given).find(([, value]) => value !== undefined && !/^[1-9]\d{0,8}$/.test(value));
const automationMs = values["automation-ms"] ?? "0";
const crm = crmNames.find((known) => known === (values.crm ?? "hubspot"));

if (bench === undefined) {
  if (name !== "") console.error(`There is no bench "${name}".`);
  console.error(usage);
  process.exitCode = 1;
} else if (wrong !== undefined) {
  console.error(`--${wrong[0]} must be a whole number above 0, not "${wrong[1]}".`);
  process.exitCode = 1;
} else if (!/^\d{1,6}$/.test(automationMs)) {
  console.error(`--automation-ms must be a whole number, not "${automationMs}".`);
  process.exitCode = 1;
} else if (crm === undefined) {
  console.error(`There is no CRM "${values.crm}": ${crmNames.join(", ")}.`);
  process.exitCode = 1;
} else {
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), Node ${process.versions.node}`;
  const { seed } = given;
  console.log(`${name} on ${machine}, ${new Date().toISOString().slice(0, 10)}, seed ${seed}`);
  const whole = (value: string | undefined) => (value === undefined ? null : Number(value));
  const result = await bench({
    seed: Number(seed),
    leads: whole(given.leads),
    factor: whole(given.factor),
    naiveLeads: whole(given["naive-leads"]),
    seconds: whole(given.seconds),
    posts: whole(given.posts),
    rounds: whole(given.rounds),
    accounts: whole(given.accounts),
    data: values.data ?? null,
    ...{ crm, automationMs: Number(automationMs), streams: whole(given.streams) },
  });
  if (values.json) console.log(JSON.stringify(result));
  if ((result.missed ?? []).length > 0) process.exitCode = 1;
}
