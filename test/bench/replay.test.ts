import { expect, test } from "@jest/globals";
import { run, describe as tell } from "../../scripts/bench/replay.ts";
import { testServer } from "../store/database.ts";

(testServer === undefined ? test.skip : test)(
  "a tiny run of replay decides all again, on both databases, and all come out as they are stored",
  async () => {
    const result = await run({ decisions: 1_050 });

    expect(result.sides).toMatchObject({
      postgres: { decisions: 1_050, changed: 0 },
      pglite: { decisions: 1_050, changed: 0 },
    });
    expect(tell(result)).toContain("replay s");
  },
  120_000,
);
