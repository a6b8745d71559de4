import type { Cascade } from "./cascade.ts";
import { evaluate } from "./conditions.ts";
import type { PreparedRep } from "./prepare-reps.ts";

/** Is the lead one that the policy says this rep is never given? Worked out once a lead for all who share the condition. */
export function isException({ facts, prepared, exceptions }: Cascade, { settings }: PreparedRep): boolean {
  const { never } = settings;
  if (never === null) return false;
  const known = exceptions.get(never);
  if (known !== undefined) return known;
  const holds = evaluate(never, facts, prepared.shared.now);
  exceptions.set(never, holds);
  return holds;
}
