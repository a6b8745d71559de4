import { hash } from "node:crypto";

/**
 * The same qualification of the same lead has the same decision wherever and however often it is decided:
 * the id is its key, not a serial number.
 */
export function decisionIdOf(trigger: {
  connectionId: string;
  leadId: string;
  qualifiedAt: string;
  round: number;
}): string {
  const text = JSON.stringify([trigger.connectionId, trigger.leadId, trigger.qualifiedAt, trigger.round]);
  return hash("sha256", text, "hex").slice(0, 24);
}
