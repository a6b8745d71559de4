import { expect, test } from "@jest/globals";
import { decideAll } from "../../src/engine/decide.ts";
import { packMoves, unpackMoves } from "../../src/store/ledger-moves.ts";
import { aLead, aPolicy, aRep, aShared, aState, someFacts } from "../builders.ts";
import { randomWorld } from "../engine/random-world.ts";

test("what moved comes back to the last digit, over a thousand random batches", () => {
  const wrong = Array.from({ length: 1_000 }, (_, at) => at + 1).filter((seed) => {
    const { shared, leads, state } = randomWorld(seed);
    const { entries, picks } = decideAll(shared, leads, state);
    const stored = JSON.parse(JSON.stringify(packMoves({ entries, picks })));
    return JSON.stringify(unpackMoves(stored, leads.length)) !== JSON.stringify({ entries, picks });
  });
  expect(wrong).toEqual([]);
});

test("a pick among 200 reps is stored as small as one among 20, though each pick changes a weight", () => {
  const picksOf = (count: number) => {
    const reps = Array.from({ length: count }, (_, index) => aRep({ id: String(1_000 + index) }));
    const leads = Array.from({ length: 100 }, (_, index) => someFacts({ lead: aLead({ id: String(index) }) }));
    return decideAll(aShared({ policy: aPolicy(), reps }), leads, aState());
  };
  const [few, many] = [picksOf(20), picksOf(200)].map(packMoves);
  expect([few?.picks.length, many?.picks.length, many?.tables.length]).toEqual([100, 100, 1]);
  const bytes = (moves: typeof few) => JSON.stringify(moves?.picks).length;
  expect(bytes(many)).toBeLessThan(bytes(few) * 1.05);
});
