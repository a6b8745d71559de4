import type { Decision } from "../engine/decision.ts";
import { afterWait } from "../engine/next-turn.ts";
import type { LeadFacts } from "../engine/snapshot.ts";
import type { Tx } from "../store/db.ts";
import { readDecision } from "../store/decisions.ts";
import { waitTimerId } from "../store/held-leads.ts";
import type { LeadRow } from "../store/leads.ts";
import { settleTimers } from "../store/timers.ts";
import { enqueueOwn } from "./own-events.ts";
import type { Link } from "./workspace.ts";

type Held = { leadId: string; decisionId: string; facts: LeadFacts; decision: Decision; at: string };

/** The list that held the lead lets it go: it is read and decided once more. False: something else has ended its time there. */
export async function letGo(tx: Tx, link: Link, { leadId, decisionId, facts, decision, at }: Held): Promise<boolean> {
  const [timer] = await settleTimers(tx, { ids: [waitTimerId(decisionId)], state: "fired", at });
  if (timer === undefined) return false;
  const trigger = afterWait({ facts, decision });
  await enqueueOwn(tx, link, { leadId, at, change: { kind: "lead-reassign", ...trigger, cause: "waited" } });
  return true;
}

/** Somebody became the owner of a lead that a list holds: the decision that follows leaves it to them. */
export async function letGoToOwner(tx: Tx, link: Link, row: LeadRow, at: string): Promise<boolean> {
  const { leadId, decisionId, workspaceId } = row;
  if (row.state !== "queued" || decisionId === null) return false;
  const { facts = null, decision } = (await readDecision(tx, workspaceId, decisionId)) ?? {};
  if (facts === null || decision === undefined) return false;
  return letGo(tx, link, { leadId, decisionId, facts, decision, at });
}
