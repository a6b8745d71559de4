import { describe, expect, test } from "@jest/globals";
import { check } from "../../scripts/chaos/check/index.ts";
import type { Evidence } from "../../scripts/chaos/check/violation.ts";
import type { DecisionClaim } from "../../scripts/chaos/claim.ts";
import { aDecision, anOperation, anOwnerWrite, aTask, evidence, leadId, portalId } from "./evidence.ts";

// What a broken Baton could do in the chaos rig's load (reps who never sleep, nobody but Baton gives owners) without
// being caught: each of these must be a violation.

const found = (shown: Evidence) => check(shown, { isEnd: true }).map(({ promise, what }) => `${promise}: ${what}`);
const lead = (ownerId: string | null) =>
  new Map([[`${portalId} ${leadId}`, { portalId, leadId, ownerId, qualifies: true }]]);

describe("a broken Baton is caught, which", () => {
  test("decides every lead to nobody: no owner, no task", () => {
    const outcome = { kind: "queued" } as unknown as DecisionClaim["outcome"];
    const shown = evidence({
      truth: { ownerWrites: [], tasks: [], leads: lead(null) },
      claim: { decisions: [aDecision({ outcome, ledger: null })], operations: [], ledgers: [], batches: [] },
    });
    expect(found(shown)).not.toEqual([]);
  });

  test("gives the task to another rep than the lead", () => {
    expect(found(evidence({ truth: { tasks: [aTask({ ownerId: "999" })] } }))).not.toEqual([]);
  });

  test("makes a task that hangs on no lead", () => {
    expect(found(evidence({ truth: { tasks: [aTask({ leadIds: [] })] } }))).not.toEqual([]);
  });

  test("decides one qualification again in a next round and gives it to a second rep, though nobody breached", () => {
    const again = aDecision({
      id: "d2",
      round: 1,
      position: 1,
      ledger: { poolId: "dach", moves: { "100": 0.5, "101": -0.5 } },
      outcome: { ...aDecision().outcome, repId: "101" } as DecisionClaim["outcome"],
    });
    const shown = evidence({
      truth: {
        ownerWrites: [anOwnerWrite(), anOwnerWrite({ decisionId: "d2", ownerId: "101" })],
        tasks: [aTask({ open: false }), aTask({ taskId: "1002", key: "k3", ownerId: "101" })],
        leads: lead("101"),
      },
      claim: {
        decisions: [aDecision(), again],
        operations: [anOperation(), anOperation({ key: "k3", decisionId: "d2" })],
        ledgers: [{ workspaceId: "w1", poolId: "dach", credits: { "100": 0, "101": 0 } }],
      },
    });
    expect(found(shown)).not.toEqual([]);
  });
});
