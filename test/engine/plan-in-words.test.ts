import { expect, test } from "@jest/globals";
import { namesOf } from "../../src/engine/names.ts";
import { planInWords } from "../../src/engine/plan-in-words.ts";
import type { Operation } from "../../src/model/operation.ts";
import { aRep } from "../builders.ts";

const names = namesOf([aRep({ id: "rep-a", name: "Anna Weber" }), aRep({ id: "rep-b", name: "Ben Koch" })]);

test.each([
  [null, "Owner: Anna Weber, unless somebody has it by then."],
  ["rep-b", "Owner: Anna Weber, unless somebody else than Ben Koch has it by then."],
  ["rep-a", "Owner: Anna Weber, who has it already."],
])("an owner for a lead that %s has", (expectOwnerId, sentence) => {
  const operation: Operation = {
    key: "key",
    connectionId: "connection",
    decisionId: "decision",
    leadId: "1",
    qualifiedAt: "2026-11-20T09:00:00Z",
    priority: 1,
    body: { kind: "update-lead", update: { owner: { ownerId: "rep-a", expectOwnerId } } },
  };
  expect(planInWords([operation], { names, timeZone: "Europe/Berlin" })).toEqual([sentence]);
});
