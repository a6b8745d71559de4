import { describe, expect, test } from "@jest/globals";
import type { ListedRep, Rep } from "../../src/model/rep.ts";
import { authorityAmong, joinPeople } from "../../src/pipeline/people.ts";
import { aRep } from "../builders.ts";

const listed = (email: string | null, parts: Partial<Rep>): ListedRep => ({ rep: aRep(parts), email });

const desk = {
  connectionId: "c-desk",
  crm: "desk",
  reps: [
    listed("Ann@Corp.example ", { id: "1", name: "Ann Ash", teams: ["DACH"], timeZone: "Europe/Vienna" }),
    listed("bob@corp.example", { id: "2", name: "Bob" }),
    listed("eve@corp.example", { id: "3", name: "Eve", active: false }),
    listed(null, { id: "4", name: "Nobody's address" }),
  ],
};
const away = [{ startAt: "2026-11-20T00:00:00.000Z", endAt: "2026-11-21T00:00:00.000Z" }];
const mill = {
  connectionId: "c-mill",
  crm: "mill",
  reps: [
    listed("ann@corp.example", { id: "u-1", name: "A. Ash", teams: ["Field"], timeZone: "UTC", absences: away }),
    listed("eve@corp.example", { id: "u-3", name: "Eve" }),
    listed("kim@corp.example", { id: "2", name: "Kim" }),
    listed(null, { id: "u-4", name: "Nobody's address" }),
  ],
};
const people = joinPeople(desk, [mill, desk]);
const seenFrom = (connectionId: string) => new Map(people.rosterFor(connectionId).map((rep) => [rep.id, rep]));

describe("one person of two CRMs", () => {
  test("is found by the address, whatever its letters, and has the authority's id in both", () => {
    expect([people.personOf("c-mill", "u-1"), people.personOf("c-desk", "1")]).toEqual(["1", "1"]);
    expect([people.ownerIn("c-mill", "1"), people.ownerIn("c-desk", "1")]).toEqual(["u-1", "1"]);
    expect(people.rosterFor("c-mill").filter(({ name }) => name.endsWith("Ash"))).toHaveLength(1);
  });

  test("has name and hours of the authority, the teams of both, and is away from both", () => {
    expect(seenFrom("c-desk").get("1")).toEqual({
      ...desk.reps[0]?.rep,
      teams: ["DACH", "Field"],
      absences: away,
    });
    expect(seenFrom("c-mill").get("1")).toEqual(seenFrom("c-desk").get("1"));
  });

  test("who has left the authority has left", () => {
    expect(seenFrom("c-mill").get("3")).toMatchObject({ active: false });
    expect(seenFrom("c-mill").get("3")).not.toHaveProperty("noUser");
  });

  test("with several users of one address the active one counts, of those the least id", () => {
    const twice = [
      listed("ann@corp.example", { id: "u-0", active: false }),
      listed("ann@corp.example", { id: "u-9" }),
      listed("ann@corp.example", { id: "u-5" }),
    ];
    expect(joinPeople(desk, [{ ...mill, reps: twice }]).ownerIn("c-mill", "1")).toBe("u-5");
  });
});

test("software with a person's address is not that person", () => {
  const bot = listed("ann@corp.example", { id: "u-7", active: false, software: true });
  const both = joinPeople(desk, [{ ...mill, reps: [...mill.reps, bot] }]);
  expect([both.personOf("c-mill", "u-7"), both.personOf("c-mill", "u-1")]).toEqual(["u-7", "1"]);
  const led = joinPeople({ ...mill, reps: [bot] }, [desk]);
  expect(led.rosterFor("c-desk").find(({ name }) => name === "Ann Ash")).toMatchObject({ id: "1", active: true });
});

describe("who is in one CRM alone", () => {
  test("has no user in the other: not active there, and the reason is told apart", () => {
    expect(seenFrom("c-mill").get("4")).toMatchObject({ active: false, noUser: true });
    expect(people.ownerIn("c-mill", "4")).toBeNull();
    expect(seenFrom("c-desk").get("u-4")).toMatchObject({ active: false, noUser: true });
    expect(seenFrom("c-mill").get("u-4")).toMatchObject({ active: true });
  });

  test("nobody without an address is anybody else's", () => {
    expect(people.personOf("c-mill", "u-4")).toBe("u-4");
  });

  test("an id that is somebody else's in the authority is told apart by the CRM", () => {
    expect(people.personOf("c-mill", "2")).toBe("mill:2");
    expect(people.ownerIn("c-mill", "mill:2")).toBe("2");
    expect([seenFrom("c-mill").get("2"), seenFrom("c-mill").get("mill:2")]).toMatchObject([
      { name: "Bob", noUser: true },
      { name: "Kim", active: true },
    ]);
  });
});

test("what was called otherwise is told, for what is under way", () => {
  expect(people.renamed("c-mill")).toContainEqual({ from: "u-1", to: "1" });
  expect(people.renamed("c-desk")).toEqual([]);
});

test.each([
  ["the one that the policy names", "mill", "mill"],
  ["one that is not linked: the first", "other", "desk"],
  ["none: the first", null, "desk"],
])("the authority is %s", (_what, ownerAuthority, crm) => {
  expect(authorityAmong([{ crm: "desk" }, { crm: "mill" }], { ownerAuthority })).toEqual({ crm });
});
