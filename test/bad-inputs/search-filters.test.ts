import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { CrmError } from "../../src/errors.ts";
import { recordIn } from "../crm/hubspot-records.ts";
import { type HubspotWorld, startHubspotWorld } from "../crm/hubspot-world.ts";
import { scale } from "../faults/scale.ts";
import { anyText } from "./any-text.ts";
import { queryRows } from "./rows/queries.ts";
import { type SearchPlace, searchPlaces } from "./search-places.ts";

let world: HubspotWorld;
beforeAll(async () => {
  world = await startHubspotWorld();
  recordIn(world.portal, "0-2", { name: "Bank", domain: "bank.example" });
});
afterAll(() => world.stop());

const harmless = "harmless.example";

/** What HubSpot was asked, and what it answered; that it refused is an answer. */
async function asked(place: SearchPlace, text: string) {
  // HubSpot takes five searches a second (hubspot.md §3.1).
  world.hubspot.clock.advance(1_000);
  const since = world.hubspot.requests.list().at(-1)?.id ?? 0;
  const answer = await place.ask(world, text).catch((error: unknown) => error);
  const requests = world.hubspot.requests.list({ since });
  return { answer, calls: requests.map(({ method, path, query, body }) => ({ method, path, query, body })) };
}

/** The same value with the harmless text, in whichever of its texts it stands, replaced. */
function withText(value: unknown, text: string): unknown {
  if (typeof value === "string") return value.replaceAll(harmless, () => text);
  if (Array.isArray(value)) return value.map((each) => withText(each, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withText(each, text)]));
}

/** The text stands where the harmless one does, and changes nothing else of what is asked. */
async function expectInert(place: SearchPlace, text: string): Promise<void> {
  const usual = await asked(place, harmless);
  const seen = await asked(place, text);
  const written = place.written(text);

  expect(usual.calls.length).toBeGreaterThan(0);
  expect(seen.calls).toEqual(written === null ? [] : withText(usual.calls, written));
  expect(sizeOf(seen.answer)).toBe(sizeOf(usual.answer));
}

/** How much an answer holds. That HubSpot refused what it was asked is as good as nothing; another failure is none. */
function sizeOf(answer: unknown): number {
  if (answer instanceof CrmError && answer.kind === "rejected") return 0;
  if (answer instanceof Map) return answer.size;
  const items: unknown = Array.isArray(answer) ? answer : Object(answer).items;
  if (Array.isArray(items)) return items.length;
  throw answer;
}

const cases = searchPlaces.flatMap((place) =>
  queryRows.map(([title, text]) => [`${title}, as ${place.name}`, place, text] as const),
);

describe("reliability.md §5.4: a text of somebody's is a value in what HubSpot is asked, or is left out", () => {
  test.each(cases)("%s", (_title, place, text) => expectInert(place, text));

  test.each(searchPlaces.map((place) => [place.name, place] as const))("any text as %s", async (_name, place) => {
    await fc.assert(
      fc.asyncProperty(anyText, (text) => expectInert(place, text)),
      { numRuns: scale(25, 1_000), seed: 125 },
    );
  });
});
