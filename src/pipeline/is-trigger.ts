import type { EventChange } from "../model/event.ts";

/** True when the change asks for a decision. */
export function isTrigger(change: EventChange, qualifyingStage: string): boolean {
  switch (change.kind) {
    case "lead-changed":
      return change.field === "stage" && change.value === qualifyingStage;
    case "lead-found":
    case "lead-elsewhere":
    case "lead-reassign":
    case "lead-restored":
      return true;
    default:
      return false;
  }
}
