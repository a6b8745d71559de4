import { ControlError, readFields } from "../../control-input.ts";
import type { ControlCall } from "../../control-listener.ts";
import { to18 } from "../ids.ts";
import { recordId } from "../kinds.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SObject } from "../schema.ts";
import type { SalesforceState } from "../state.ts";

type Named = Pick<ControlCall, "params">;

/** The org that `:orgId` names; throws 404. */
export const orgOf = (state: SalesforceState, { params }: Named): SandboxOrg => orgNamed(state, params.orgId ?? "");

/** The org of an id in either form; throws 404. */
export function orgNamed({ orgs }: SalesforceState, id: string): SandboxOrg {
  const org = orgs.get(to18(id));
  if (!org) throw new ControlError(404, `There is no org ${id}`);
  return org;
}

/** One org, or all where none is named. */
export function orgsMeant(state: SalesforceState, id: string | undefined): SandboxOrg[] {
  return id === undefined ? [...state.orgs.values()] : [orgNamed(state, id)];
}

/** The `orgId` of a body, where there is one; throws 400. */
export function orgIdIn(body: unknown): string | undefined {
  const fields = readFields(body);
  const orgId = fields.maybe("orgId", recordId);
  fields.check();
  return orgId;
}

/** The object that `:object` names; throws 404. */
export function objectOf(org: SandboxOrg, { params }: Named): SObject {
  const object = org.objects.get((params.object ?? "").toLowerCase());
  if (!object) throw new ControlError(404, `There is no object ${params.object}`);
  return object;
}
