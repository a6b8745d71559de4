import type { CrmError } from "../../errors.ts";
import { missingScope, ownerNotAssignable } from "../../model/operation.ts";
import { later, notDone, receiptOfError as receiptOfAny, type Undone } from "../receipt-of-error.ts";
import type { Failure } from "./answers.ts";
import { codeOf } from "./errors.ts";
import type { GraphResult } from "./graphs.ts";

/** Salesforce's refusals of an owner who left, may not read, or never was; the pipeline gives the lead to another rep. */
const ownerRefusals = new Set([
  "INACTIVE_OWNER_OR_USER",
  "OP_WITH_INVALID_USER_TYPE_EXCEPTION",
  "TRANSFER_REQUIRES_READ",
]);

/** salesforce.md §3.6: others hold a row for seconds. The lead is read again before it is written then. */
const lockMs = 5_000;

/** Refusals of a record that is not there any more, or not as a lead. */
const goneCodes = new Set(["NOT_FOUND", "CANNOT_UPDATE_CONVERTED_LEAD"]);

/** Refusals of an id: that of the record, or of one that it was to name, as its owner or an account that was deleted meanwhile. */
const lostCodes = new Set(["ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"]);
/** Of an owner it may be an id of another CRM: the rep has lost their user here. */
const badOwnerCodes = new Set([...lostCodes, "MALFORMED_ID"]);

/** What became of one record that was refused. `setsOwner`: it was to get an owner, who may be what is refused. The words hold no values but those of an admin's own rule. */
export function receiptOfFailure(
  failures: readonly Failure[],
  { now, setsOwner = false }: { now: Date; setsOwner?: boolean },
): Undone {
  const [first] = failures;
  if (first === undefined) return { kind: "unknown", because: "Salesforce did not say what is wrong with it." };
  const code = codeOf(first);
  const fields = first.fields ?? [];
  const namesItself = fields.every((field) => field === "Id");
  // The field of an id is not always named.
  const isAboutOwner = fields.includes("OwnerId") || (setsOwner && fields.length === 0);
  if (goneCodes.has(code)) return { kind: "gone" };
  if (lostCodes.has(code) && namesItself && !isAboutOwner) return { kind: "gone" };
  if (code === "UNABLE_TO_LOCK_ROW") {
    return notDone("Somebody else holds the record, or one above it.", new Date(now.getTime() + lockMs));
  }
  const isOwner = ownerRefusals.has(code) || (isAboutOwner && badOwnerCodes.has(code));
  const rule = isOwner ? ownerNotAssignable : code;
  const words = code === "FIELD_CUSTOM_VALIDATION_EXCEPTION" ? first.message : undefined;
  return { kind: "refused", because: words ?? `Salesforce refused it: ${code}.`, rule, fields };
}

/** What became of a graph of which no record says why it was not done. */
export function receiptOfWhole(
  result: Exclude<GraphResult, { kind: "done" | "refused" }> | undefined,
  now: Date,
): Undone {
  if (result?.kind === "failed") return receiptOfError(result.error, now);
  if (result?.kind !== "not-begun") return { kind: "unknown", because: "Salesforce's answer does not mention it." };
  return notDone("Salesforce stopped before it: others of the call failed.", later(now));
}

/** What became of each record of a call that failed as a whole. */
export function receiptOfError(error: CrmError, now: Date): Undone {
  if (error.kind !== "missing-scope") return receiptOfAny(error, now);
  return {
    ...{ kind: "refused", because: "The user whom Baton works as lacks the permission." },
    ...{ rule: `${missingScope} ${error.rule ?? "FORBIDDEN"}`, fields: error.fields ?? [] },
  };
}
