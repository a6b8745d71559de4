import { expect, test } from "@jest/globals";
import { lookedAt, nextLookAtAll } from "../../src/pipeline/held-look.ts";
import { firstPlace } from "../../src/store/held-leads.ts";

const roster = { reps: [], stages: [] };
const present = { roster, policyVersion: 1, load: { ada: 3 } };
const withRoom = { ...present, load: { ada: 2 } };
const row = (timerId: string, isBehind = true) => ({ timerId, qualifiedAt: "2026-11-20T09:00:00.000Z", isBehind });
const isDone = { present, beyond: null, isAgain: false };

test("nothing has changed since all were looked at: only those are that are due", () => {
  expect(nextLookAtAll(isDone, present)).toEqual(isDone);
});

test("somebody got room: all are looked at, from the first on", () => {
  expect(nextLookAtAll(isDone, withRoom)).toMatchObject({ beyond: firstPlace, isAgain: false });
});

test("there are more than one look takes: the next one goes on behind the last of them", () => {
  const look = lookedAt(nextLookAtAll(isDone, withRoom), { rows: [row("a"), row("b")], isWhole: false });

  expect(nextLookAtAll(look, withRoom)).toMatchObject({ beyond: row("b"), isAgain: false });
});

test("somebody gets room while a look is under way: it goes on, and another one begins after it", () => {
  const look = { present, beyond: row("b"), isAgain: false };

  const next = nextLookAtAll(look, withRoom);
  expect(next).toMatchObject({ beyond: row("b"), isAgain: true });
  expect(lookedAt(next, { rows: [row("c")], isWhole: true })).toMatchObject({ beyond: firstPlace, isAgain: false });
});

test("those that are due come first and move nothing", () => {
  const look = { present, beyond: row("b"), isAgain: false };

  expect(lookedAt(look, { rows: [row("a", false), row("z", false)], isWhole: false })).toEqual(look);
});

test("the last of them was looked at: it is over", () => {
  const look = { present, beyond: row("b"), isAgain: false };

  expect(lookedAt(look, { rows: [], isWhole: true })).toEqual(isDone);
});
