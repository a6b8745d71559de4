import { expect, test } from "@jest/globals";
import { run, describe as tell } from "../../scripts/bench/ingest.ts";
import { testServer } from "../store/database.ts";

// Five seconds of work, most of it the embedded database being made; a crowded machine takes a multiple of that.
const patienceMs = 120_000;

(testServer === undefined ? test.skip : test)(
  "a tiny run of ingest stores what it says, and tells it",
  async () => {
    const result = await run({ posts: 12, rounds: 1 });

    // Each side throws when it has not stored every event that it acknowledged.
    expect(Object.keys(result.sides)).toEqual(["noDb", "insert", "postgres", "pglite"]);
    for (const { eventsPerS } of Object.values(result.sides)) expect(eventsPerS.median).toBeGreaterThan(0);
    expect(result).toMatchObject({ bench: "ingest", posts: 12, rounds: 1, cores: expect.any(Number) });
    expect(result).toMatchObject({ ratioToInsert: expect.any(Number), ratioToNoDb: expect.any(Number) });
    expect(result.ratioToPostgres).toBe(result.spread.ratioToPostgres.median);
    expect(tell(result)).toContain("(ratioToInsert)");
  },
  patienceMs,
);
