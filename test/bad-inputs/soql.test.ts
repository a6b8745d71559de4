import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { soql } from "../../src/crm/salesforce/soql.ts";
import { putRow } from "../../src/sandbox/salesforce/create-org.ts";
import { type SalesforceWorld, startSalesforceWorld } from "../crm/salesforce-world.ts";
import { scale } from "../faults/scale.ts";
import { anyText } from "./any-text.ts";
import { queriesOf, readSoql } from "./read-soql.ts";
import { queryRows } from "./rows/queries.ts";
import { type SoqlPlace, soqlPlaces } from "./soql-places.ts";

let world: SalesforceWorld;
beforeAll(async () => {
  world = await startSalesforceWorld();
  putRow(world.org, "Account", { Name: "Fine", Website: "fine.example" });
  putRow(world.org, "Account", { Name: "Bank", Website: "bank.example" });
  // What each place looks up once, it does not look up again.
  for (const place of soqlPlaces) await place.ask(world, harmless);
});
afterAll(() => world.stop());

const harmless = "harmless.example";

/** What Salesforce was asked, and what it answered. */
async function asked(place: SoqlPlace, text: string) {
  const since = world.sandbox.requests.list().at(-1)?.id ?? 0;
  const answer = await place.ask(world, text).catch((error: unknown) => error);
  const requests = world.sandbox.requests.list({ since });
  const read = queriesOf(requests).map(readSoql);
  return {
    answer,
    paths: requests.map(({ path }) => path),
    shapes: read.map(({ shape }) => shape),
    texts: read.flatMap(({ texts }) => texts),
  };
}

/** How much an answer holds; fails for none. */
function found(answer: unknown): number {
  if (answer instanceof Map) return answer.size;
  const items: unknown = Array.isArray(answer) ? answer : Object(answer).items;
  if (Array.isArray(items)) return items.length;
  throw answer;
}

/** The text changed nothing of what is asked, but its own literals. */
async function expectInert(place: SoqlPlace, text: string): Promise<void> {
  const usual = await asked(place, harmless);
  const own = new Set(place.literals(harmless));
  const seen = await asked(place, text);

  expect([seen.paths, seen.shapes]).toEqual([usual.paths, usual.shapes]);
  expect(seen.texts.filter((each) => !place.literals(text).includes(each))).toEqual(
    usual.texts.filter((each) => !own.has(each)),
  );
  expect(seen.texts).toEqual(expect.arrayContaining([...place.literals(text)]));
  expect(found(seen.answer)).toBe(found(usual.answer));
}

const cases = soqlPlaces.flatMap((place) =>
  queryRows.map(([title, text]) => [`${title}, as ${place.name}`, place, text] as const),
);

describe("reliability.md §5.4: a text of somebody's is a literal in SOQL, or is left out", () => {
  test.each(cases)("%s", (_title, place, text) => expectInert(place, text));

  test.each(soqlPlaces.map((place) => [place.name, place] as const))("any text as %s", async (_name, place) => {
    await fc.assert(
      fc.asyncProperty(anyText, (text) => expectInert(place, text)),
      { numRuns: scale(25, 1_000), seed: 125 },
    );
  });

  test("any text, alone and in a list, is read back as what it was", () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const query = soql`SELECT Id FROM Lead WHERE Company = ${text} AND LastName IN ${[other, text]} LIMIT ${1}`;
        expect(readSoql(query).texts).toEqual([text, other, text]);
      }),
      { numRuns: scale(1_000, 100_000) },
    );
  });
});
