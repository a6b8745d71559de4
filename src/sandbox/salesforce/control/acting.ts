import { ControlError, type Fields, flag } from "../../control-input.ts";
import { recordId } from "../kinds.ts";
import { tableOf } from "../org.ts";
import { adminOf, integrationUserOf } from "../people.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Row } from "../schema.ts";
import { createUnit } from "../unit.ts";
import type { Writer, Writing } from "../write-records.ts";

/** A person in the user interface: `by` and `assign` of a call. Throws where nobody is there who could act. */
export function readWriter(org: SandboxOrg, fields: Fields): Writer {
  const by = fields.maybe("by", recordId);
  const assign = fields.maybe("assign", flag) ?? false;
  const isKnown = by === undefined || isUser(org, by);
  if (!isKnown) fields.problem(`There is no user ${by}`);
  return personIn(org, isKnown ? (by ?? null) : null, assign);
}

const isUser = (org: SandboxOrg, id: string): boolean => tableOf(org, "User").get(id) !== undefined;

/**
 * A person, or an admin for null; throws 400 for an id that is nobody's. The platform names no origin of what people do, and
 * a person saves duplicates after all.
 */
export function personIn(org: SandboxOrg, by: string | null, assign = false): Writer {
  const userId = by ?? adminOf(org);
  if (by !== null && !isUser(org, by)) throw new ControlError(400, `There is no user ${by}`);
  if (userId === null) throw new ControlError(400, "The org has no active user who could act");
  return { userId, origin: "", autoAssign: assign, allowDuplicates: true };
}

/** Whom an app runs as: the user of this id, by default the org's integration user. Throws 400 where there is none. */
export function appUser(org: SandboxOrg, wanted: string | undefined): Row {
  const userId = wanted ?? integrationUserOf(org);
  if (userId === null) throw new ControlError(400, "The org has no user who may log in");
  const user = tableOf(org, "User").get(userId);
  if (user === undefined) throw new ControlError(400, `There is no user ${userId}`);
  return user;
}

/** One transaction of a person. It waits for no lock: what a call of the control API asks for is done when it answers. */
export function actIn<T>(org: SandboxOrg, writer: Writer, run: (writing: Writing) => T): T {
  return createUnit(org, () => undefined).write(writer, run);
}
