import { type ErrorEntry, SalesforceError } from "./errors.ts";
import { type Org, tableOf } from "./org.ts";
import type { Row, Value } from "./schema.ts";

/** A record as it is to be stored. `before` undefined: it is new. */
export type Draft = { object: string; before: Row | undefined; row: Record<string, Value> };

const refuse = (errorCode: string, message: string, fields: readonly string[] = []): never => {
  const entry: ErrorEntry = { message, errorCode, fields };
  throw new SalesforceError(400, entry);
};

/** Throws what the org's own rules and the platform's have against it, in the order in which they are asked (salesforce.md §8, 10 to 17). */
export function checkRules(draft: Draft, org: Org, userId: string): void {
  const { object, row, before } = draft;
  checkOwner(draft, org);
  if (object === "Lead" && before?.IsConverted === true && !org.permissionsOf(userId).editConvertedLeads)
    refuse("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead");
  if (object === "Task") checkTask(row, before, org);
  const objection = org.rules.validation.get(object)?.(row) ?? null;
  if (objection !== null) refuse("FIELD_CUSTOM_VALIDATION_EXCEPTION", objection);
  const failure = org.rules.trigger.get(object)?.(row) ?? null;
  if (failure !== null) refuse("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", failure);
}

function checkOwner({ object, before, row }: Draft, org: Org): void {
  const { OwnerId: owner } = row;
  if (owner === null && typeof before?.OwnerId === "string")
    refuse("INVALID_CROSS_REFERENCE_KEY", "Owner ID: owner cannot be blank", ["OwnerId"]);
  if (typeof owner !== "string" || owner === before?.OwnerId) return;
  const user = tableOf(org, "User").get(owner);
  if (user === undefined) checkQueue(object, owner, org);
  else if (user.IsActive !== true)
    refuse(
      "INACTIVE_OWNER_OR_USER",
      `operation performed with inactive user [${owner}] as owner of ${object.toLowerCase()}`,
      ["OwnerId"],
    );
  else if (user.UserType !== "Standard")
    refuse("OP_WITH_INVALID_USER_TYPE_EXCEPTION", "Operation not valid for this user type", ["OwnerId"]);
  else if (org.permissionsOf(owner).reads?.has(object) === false)
    refuse("TRANSFER_REQUIRES_READ", `The new owner must have read permission on the ${object.toLowerCase()}`, [
      "OwnerId",
    ]);
}

/** A queue takes the objects that it was made for. */
function checkQueue(object: string, queueId: string, org: Org): void {
  for (const row of tableOf(org, "QueueSobject").withValues("QueueId", [queueId]))
    if (row.SobjectType === object) return;
  refuse("INVALID_CROSS_REFERENCE_KEY", "Queue not associated with this SObject type", ["OwnerId"]);
}

function checkTask({ WhoId, WhatId }: Record<string, Value>, before: Row | undefined, org: Org): void {
  // The reference does not tell of it: that an org answers so is common knowledge.
  const who = typeof WhoId === "string" && WhoId !== before?.WhoId ? tableOf(org, "Lead").get(WhoId) : undefined;
  if (who?.IsConverted === true) refuse("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ["WhoId"]);
  // Of a Lead there is nothing else that it could be about (salesforce.md §4.5).
  if (typeof WhoId === "string" && WhoId.startsWith("00Q") && WhatId !== null && WhatId !== undefined)
    refuse("FIELD_INTEGRITY_EXCEPTION", "Related To ID: no related record may be given for a lead", ["WhatId"]);
}
