import { ControlError, flag, listOf, readFields, text } from "../../control-input.ts";
import type { ControlCall, ControlRoute } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import { convertLead } from "../convert-lead.ts";
import { findNamed } from "../find-named.ts";
import { recordId } from "../kinds.ts";
import { mergeRecords } from "../merge-records.ts";
import { tableOf } from "../org.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { SalesforceState } from "../state.ts";
import { actIn, readWriter } from "./acting.ts";
import { orgOf } from "./org-route.ts";
import { parseRepAction } from "./parse-rep-action.ts";
import { playRep } from "./rep.ts";

/** What people do that is more than the change of a record. */
export const actionControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "POST",
    paths: ["/orgs/:orgId/rep"],
    about: "{action, …, by?}: plays a rep: tasks, logged activities, claimed leads, changed statuses",
    handle: (state, call) => ({ status: 200, body: playRep(orgOf(state, call), parseRepAction(call.body)) }),
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/convert"],
    about: "{leadId, accountId?, contactId?, opportunity?, by?}: converts a Lead; opportunity: false for none",
    handle: convert,
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/merge"],
    about: "{object, masterId, ids, by?}: merges one or two Leads, Contacts or Accounts into another",
    handle: merge,
  },
];

function convert(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const fields = readFields(call.body);
  const leadId = fields.need("leadId", recordId);
  const accountId = fields.maybe("accountId", recordId) ?? null;
  const contactId = fields.maybe("contactId", recordId) ?? null;
  const opportunity = fields.maybe("opportunity", flag) ?? true;
  const writer = readWriter(org, fields);
  fields.check();
  const asked = {
    ...{ leadId, accountId, contactId, convertedStatus: convertedStatus(org) },
    // The page asks for the owner of what a queue's Lead becomes; that whoever converts it is proposed is a guess.
    ownerId: isOfUser(org, leadId) ? null : writer.userId,
    ...{ opportunityId: null, doNotCreateOpportunity: !opportunity, opportunityName: null, overwriteLeadSource: false },
  };
  return { status: 200, body: actIn(org, writer, (writing) => convertLead(writing, asked)) };
}

function isOfUser(org: SandboxOrg, leadId: string): boolean {
  const { OwnerId } = findNamed(org, "Lead", leadId);
  return tableOf(org, "User").get(String(OwnerId)) !== undefined;
}

/** The first that there is, as the page proposes it. */
function convertedStatus(org: SandboxOrg): string {
  const statuses = [...tableOf(org, "LeadStatus").rows()].filter(({ IsConverted }) => IsConverted === true);
  const [first] = statuses.sort((a, b) => Number(a.SortOrder) - Number(b.SortOrder));
  if (first === undefined) throw new ControlError(400, "The org has no status of converted Leads");
  return String(first.ApiName);
}

function merge(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const fields = readFields(call.body);
  const object = fields.need("object", text);
  const masterId = fields.need("masterId", recordId);
  const loserIds = fields.need("ids", listOf(recordId));
  const writer = readWriter(org, fields);
  fields.check();
  const name = org.objects.get(object.toLowerCase())?.name ?? object;
  const asked = { object: name, masterId, loserIds, values: {} };
  return { status: 200, body: actIn(org, writer, (writing) => mergeRecords(writing, asked)) };
}
