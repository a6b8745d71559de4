import { describe, expect, test } from "@jest/globals";
import { type Candidate, candidatesWithin, earlierLeads } from "../../../src/engine/duplicates/find-earlier.ts";
import { identityOf, keysOf } from "../../../src/engine/duplicates/identity.ts";
import type { Lead } from "../../../src/model/lead.ts";
import { aLead, aMatch, someFacts } from "../../builders.ts";

const nobody = { email: null, phone: null, firstName: null, lastName: null, country: "Germany" };
const identity = (fields: Lead["fields"], accountId?: string) =>
  identityOf(
    someFacts({
      lead: aLead({ fields: { ...nobody, ...fields } }),
      match: accountId === undefined ? null : aMatch({ id: accountId }),
    }),
  );
const jana = { firstName: "Jana", lastName: "Muster" };

/** By what the second is found to be the person of the first; null: not at all. */
function foundBy(first: ReturnType<typeof identity>, second: ReturnType<typeof identity>): string | null {
  const candidates = candidatesWithin([
    { leadId: "1", identity: first },
    { leadId: "2", identity: second },
  ]);
  expect(candidates.get("1")).toEqual([]);
  return earlierLeads(second, candidates.get("2") ?? [])[0]?.by ?? null;
}

describe("one person", () => {
  test.each([
    [
      "the same mailbox, whatever the names",
      identity({ email: "a.b@gmail.com", ...jana }),
      identity({ email: "ab+x@gmail.com", firstName: "Karl" }),
      "email",
    ],
    [
      "the same phone and name",
      identity({ phone: "089 1234567", ...jana }),
      identity({ phone: "+49 89 1234567", ...jana }),
      "phone",
    ],
    [
      "the same phone, no name and one address",
      identity({ phone: "089 1234567", email: "a@b.de" }),
      identity({ phone: "089/1234567" }),
      "phone",
    ],
    [
      "nearly the same name at one account",
      identity(jana, "7"),
      identity({ firstName: "jana", lastName: "Mustre" }, "7"),
      "name",
    ],
  ])("%s", (_what, first, second, by) => {
    expect(foundBy(first, second)).toBe(by);
  });
});

describe("two people", () => {
  test.each([
    [
      "a switchboard: the same phone, other names",
      identity({ phone: "089 1234567", ...jana }),
      identity({ phone: "089 1234567", firstName: "Karl", lastName: "Weber" }),
    ],
    [
      "the same phone, no names and two addresses",
      identity({ phone: "089 1234567", email: "a@b.de" }),
      identity({ phone: "089 1234567", email: "c@b.de" }),
    ],
    ["the same name at two accounts", identity(jana, "7"), identity(jana, "8")],
    ["the same name at no account", identity(jana), identity(jana)],
    ["nothing in common but what is missing", identity({}), identity({})],
    ["a phone that is nobody's", identity({ phone: "000000", ...jana }), identity({ phone: "000000", ...jana })],
  ])("%s", (_what, first, second) => {
    expect(foundBy(first, second)).toBeNull();
  });
});

test("the surest sign comes first, then the earliest lead; each is named once, three at most", () => {
  const me = identity({ email: "jana@acme.com", phone: "089 1234567", ...jana }, "7");
  const candidate = (leadId: string, by: Candidate["by"]): Candidate => ({ leadId, by, name: me.name, hasEmail: true });
  const found = earlierLeads(me, [
    candidate("1", "name"),
    candidate("2", "phone"),
    candidate("3", "email"),
    candidate("1", "phone"),
    candidate("4", "phone"),
  ]);
  expect(found).toEqual([
    { leadId: "3", by: "email" },
    { leadId: "2", by: "phone" },
    { leadId: "1", by: "phone" },
  ]);
});

test("a flood of one address compares each with few", () => {
  const flood = Array.from({ length: 400 }, (_, at) => ({
    leadId: String(at),
    identity: identity({ email: "a@b.de" }),
  }));
  expect(
    candidatesWithin(flood)
      .get("399")
      ?.map(({ leadId }) => leadId),
  ).toEqual(["0", "1", "2"]);
});

test("what cannot be compared has no key", () => {
  expect(keysOf(identity({}))).toEqual({ email: null, phone: null, name: null });
});
