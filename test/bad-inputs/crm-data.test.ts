import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { alertsOf, type OddPortal, startOddPortal } from "./portal.ts";
import { accountRows } from "./rows/account-data.ts";
import { leadRows } from "./rows/lead-data.ts";

let portal: OddPortal;
beforeAll(async () => {
  portal = await startOddPortal();
}, 60_000);
afterAll(() => portal.stop());

describe("reliability.md §5.4: odd data is decided or set aside with a reason", () => {
  test.each([...leadRows, ...accountRows])("%s", async (_title, happens, endings) => {
    const ids = await happens(portal);
    await portal.settled();

    expect(await Promise.all(ids.map(portal.endingOf))).toMatchObject(endings);
  });
});

test("what could not be written because of it is told, and nothing else is", async () => {
  const told = await alertsOf(portal);

  expect(told.match(/refused to set the \w+/g)?.sort()).toEqual([
    "refused to set the owner",
    "refused to set the status",
  ]);
  expect(told).not.toContain("parked");
});
