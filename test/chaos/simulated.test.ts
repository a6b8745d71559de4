import { expect, test } from "@jest/globals";
import { run } from "../../scripts/chaos/run.ts";
import { startSimulatedWorld } from "../../scripts/chaos/simulated-world.ts";
import { testServer } from "../store/database.ts";

// Processes that share a database are what the simulation is about: it needs a server.
(testServer === undefined ? test.skip : test)(
  "minutes of load, kills and faults on one clock break no promise",
  async () => {
    const world = await startSimulatedWorld({ seed: 3, server: testServer ?? "" });
    try {
      const { broken, figures, struck } = await run(world, { seed: 3, rounds: 3, print: () => undefined });
      expect(broken).toBeNull();
      expect(figures.decisions).toBeGreaterThan(30);
      expect(Object.values(struck).some((times) => times > 0)).toBe(true);
    } finally {
      await world.stop();
    }
  },
  180_000,
);
