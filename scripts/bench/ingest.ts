import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openBareInsert } from "./bare-insert.ts";
import { findServer } from "./baton.ts";
import { percentile, rounded } from "./measure.ts";
import { eventsPerPost, send, signedPosts } from "./posts.ts";
import { alternate, type Goal, goalLine, missedGoals, type Spread, spreadOf, spreadText } from "./rounds.ts";
import { startWeb, type WebProcess } from "./web-process.ts";

export type IngestOptions = { posts: number; rounds: number };

type Side = { eventsPerS: Spread; ackP50Ms: Spread; ackP99Ms: Spread };
type Ratio = "ratioToInsert" | "ratioToNoDb" | "ratioToPostgres" | "ackP99ToP50OnPostgres" | "ackP99ToP50OnPglite";

/** Each ratio is the median of what the rounds gave. */
export type IngestResult = Record<Ratio, number> & {
  bench: "ingest";
  sides: { noDb: Side; postgres: Side; pglite: Side; insert: { eventsPerS: Spread } };
  spread: Record<Ratio, Spread>;
  /** Goals that were not met, in words. */
  missed: string[];
  posts: number;
  rounds: number;
  database: string;
  node: string;
  cores: number;
  date: string;
};

/** What HubSpot has in flight at most (hubspot.md §1.4). */
const connections = 10;

type Figures = { eventsPerS: number; ackP50Ms: number; ackP99Ms: number };
type Rates = Record<"noDb" | "insert" | "postgres" | "pglite", Figures>;

/** Signed posts of 100 events, acknowledged when they are committed, beside the same without a database and an insert without the rest. */
export async function run({ posts, rounds }: IngestOptions): Promise<IngestResult> {
  const server = await findServer();
  if (server === null) throw new Error("This bench needs a PostgreSQL: name one in TEST_DATABASE_URL.");
  const dir = await mkdtemp(join(tmpdir(), "baton-bench-"));
  const webs: WebProcess[] = [];
  const closing: (() => Promise<void>)[] = [];
  const start = async (database: Parameters<typeof startWeb>[0]): Promise<WebProcess> => {
    const web = await startWeb(database);
    webs.push(web);
    return web;
  };
  try {
    const noDb = await start(null);
    const postgres = await start({ url: server.url });
    const pglite = await start({ dataDir: join(dir, "data") });
    const number = countUp();
    const warm = Math.min(posts, 200);
    for (const web of webs) await sideOf(web, { posts: warm, number })();
    const bare = await openBareInsert(server.url);
    closing.push(bare.close);
    await bare.run({ from: number(warm), count: warm });
    const results = await alternate(rounds, {
      noDb: sideOf(noDb, { posts, number }),
      insert: async () => {
        await postgres.empty();
        const eventsPerS = await bare.run({ from: number(posts), count: posts });
        return { eventsPerS, ackP50Ms: 0, ackP99Ms: 0 };
      },
      postgres: sideOf(postgres, { posts, number }),
      pglite: sideOf(pglite, { posts, number }),
    });
    return summary(results, { posts, rounds, database: server.name });
  } finally {
    for (const close of [...closing, ...webs.map((web) => web.stop)]) await close();
    await server.drop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Hands out numbers of posts that nobody had before. */
function countUp(): (count: number) => number {
  let next = 0;
  return (count) => {
    next += count;
    return next - count;
  };
}

/** One round: all posts, and then a look whether what was acknowledged is stored. */
function sideOf(web: WebProcess, { posts, number }: { posts: number; number: (count: number) => number }) {
  return async (): Promise<Figures> => {
    await web.empty();
    const signed = signedPosts(web.url, { from: number(posts), count: posts });
    const { seconds, ackMs } = await send(web.url, signed, connections);
    const stored = await web.count();
    if (stored !== null && stored !== posts * eventsPerPost)
      throw new Error(`${posts * eventsPerPost} events were acknowledged and ${stored} are stored.`);
    return {
      eventsPerS: Math.round((posts * eventsPerPost) / seconds),
      ackP50Ms: rounded(percentile(ackMs, 0.5), 1),
      ackP99Ms: rounded(percentile(ackMs, 0.99), 1),
    };
  };
}

function summary(results: readonly Rates[], about: { posts: number; rounds: number; database: string }): IngestResult {
  const over = (figure: (rates: Rates) => number) => spreadOf(results.map((rates) => rounded(figure(rates), 2)));
  const side = (name: keyof Rates): Side => ({
    eventsPerS: over((rates) => rates[name].eventsPerS),
    ackP50Ms: over((rates) => rates[name].ackP50Ms),
    ackP99Ms: over((rates) => rates[name].ackP99Ms),
  });
  const spread: Record<Ratio, Spread> = {
    ratioToInsert: over(({ postgres, insert }) => postgres.eventsPerS / insert.eventsPerS),
    ratioToNoDb: over(({ postgres, noDb }) => postgres.eventsPerS / noDb.eventsPerS),
    ratioToPostgres: over(({ pglite, postgres }) => pglite.eventsPerS / postgres.eventsPerS),
    ackP99ToP50OnPostgres: over(({ postgres }) => postgres.ackP99Ms / postgres.ackP50Ms),
    ackP99ToP50OnPglite: over(({ pglite }) => pglite.ackP99Ms / pglite.ackP50Ms),
  };
  const medians = Object.entries(spread).map(([name, { median }]) => [name, median]);
  const ratios = Object.fromEntries(medians) as Record<Ratio, number>;
  return {
    bench: "ingest",
    sides: {
      noDb: side("noDb"),
      insert: { eventsPerS: side("insert").eventsPerS },
      postgres: side("postgres"),
      pglite: side("pglite"),
    },
    ...ratios,
    spread,
    missed: missedGoals(goalsOf(ratios)),
    ...about,
    node: process.versions.node,
    cores: availableParallelism(),
    date: new Date().toISOString(),
  };
}

const goalsOf = (ratios: Record<Ratio, number>): Goal[] => [
  { name: "PostgreSQL ÷ bare insert (ratioToInsert)", value: ratios.ratioToInsert, atLeast: 0.35 },
  { name: "PostgreSQL ÷ no database (ratioToNoDb)", value: ratios.ratioToNoDb, atLeast: 0.1 },
  { name: "PGlite ÷ PostgreSQL (ratioToPostgres)", value: ratios.ratioToPostgres, atLeast: 0.35 },
  { name: "ack p99 ÷ p50 on PostgreSQL", value: ratios.ackP99ToP50OnPostgres, atMost: 3 },
  { name: "ack p99 ÷ p50 on PGlite", value: ratios.ackP99ToP50OnPglite, atMost: 3 },
];

export function describe(result: IngestResult): string {
  const { sides, posts, rounds, database, cores } = result;
  const line = (name: string, { eventsPerS, ackP50Ms, ackP99Ms }: Side) =>
    [name.padEnd(32), spreadText(eventsPerS).padEnd(26), spreadText(ackP50Ms).padEnd(20), spreadText(ackP99Ms)].join(
      "",
    );
  return [
    `${posts} signed posts of ${eventsPerPost} events over ${connections} connections a side and round, ${rounds} rounds there and back: median (least–most).`,
    `The web server is a process of its own, without a worker; this one sends. They, and ${database}, share ${cores} cores.`,
    "Bare insert: the same rows, 100 a statement, by 8 connections into the same table, and nothing else.",
    "",
    `${"".padEnd(32)}${"events/s".padEnd(26)}${"ack p50 ms".padEnd(20)}ack p99 ms`,
    line("the route without a database", sides.noDb),
    `${"bare insert".padEnd(32)}${spreadText(sides.insert.eventsPerS)}`,
    line(database, sides.postgres),
    line("PGlite", sides.pglite),
    "",
    ...goalsOf(result).map(goalLine),
  ].join("\n");
}
