import { expect, test } from "@jest/globals";
import { presenceOf } from "../../src/pipeline/presence.ts";
import type { Link } from "../../src/pipeline/workspace.ts";
import type { InboxRow } from "../../src/store/inbox.ts";
import type { LeadRow } from "../../src/store/leads.ts";

const deletionOf = (subjectId: string) =>
  ({ subjectKind: "lead", subjectId, change: { kind: "lead-deleted" } }) as InboxRow;
const goneLead = { decisionId: "d1", state: "gone" } as LeadRow;

/** A CRM that has these leads. */
function linkTo(present: readonly string[]): Link {
  const readLeads = async (ids: readonly string[]) => ids.filter((id) => present.includes(id)).map((id) => ({ id }));
  return { client: { maxBatch: 100, readLeads } } as unknown as Link;
}

test("a late deletion of a lead that is restored at this very moment finds it there", async () => {
  const known = new Map([
    ["101", goneLead],
    ["102", goneLead],
  ]);
  const isPresent = await presenceOf(linkTo(["101"]), { rows: [deletionOf("101"), deletionOf("102")], known });
  expect([isPresent("101"), isPresent("102")]).toEqual([true, false]);
});
