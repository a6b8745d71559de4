import type { Capabilities, FeatureOff } from "../../model/connection.ts";
import type { Pay } from "../crm.ts";
import type { Context, ObjectFields } from "./context.ts";
import { fieldsOf } from "./describe.ts";
import { accountLookup, decisionObject, qualifiedAtField } from "./fields.ts";
import { probeNotices } from "./notices.ts";
import { query } from "./query.ts";
import { withheldFields } from "./withheld-fields.ts";

const grant = (object: string): string => `Let Baton's user read ${object}, by the permission set of Baton's package.`;

/** Objects that are read or written. Of those that an org may lack, what goes without them, and what to do. */
const objects: Readonly<Record<string, Omit<FeatureOff, "feature"> | null>> = {
  ...{ Lead: null, Account: null, Opportunity: null },
  // Of no use to most orgs, and no loss that anybody must be told of: a policy that names such a team is told of by itself.
  ...{ BusinessHours: null, Holiday: null, UserTerritory2Association: null, AccountTeamMember: null },
  [decisionObject]: {
    message: "Baton's package is not installed: a lead has no fields that tell tier and reason, and a task has no key.",
    whatToDo: "Install Baton's package in the org, and give Baton's user its permission set.",
  },
  LeadHistory: {
    message: "Baton does not see the history of leads: who had a lead before, and when it last became qualified.",
    whatToDo: "Turn field history tracking on for Lead, with Owner and Status.",
  },
  CampaignMember: {
    message: "Baton does not see which campaigns a lead answered.",
    whatToDo: grant("Campaign and CampaignMember"),
  },
  Contact: {
    message: "Baton does not see contacts: of a converted lead it does not see who has it since.",
    whatToDo: grant("Contact"),
  },
  Event: { message: "Baton does not see meetings: none stops a clock.", whatToDo: grant("Event") },
  UserLogin: {
    message: "Baton does not see whose login is frozen: such a user counts as active.",
    whatToDo: "Give Baton's user the permission to view setup.",
  },
  GroupMember: {
    message: "Baton does not see who is in which group or queue: the teams of a rep are roles alone.",
    whatToDo: "Give Baton's user the permission to view setup.",
  },
  OutOfOffice: {
    message: "Baton does not see who is out of office.",
    whatToDo: "Turn the out-of-office setting of Chatter on.",
  },
};

/**
 * See CrmClient. Nothing is created here: Baton's package brings its fields (salesforce.md §5.3). One call for each object; what
 * an admin has changed since it was last looked up is seen.
 */
export async function ensureSchema(context: Context, pay: Pay): Promise<Capabilities> {
  context.memory.fields.clear();
  const found = new Map<string, ObjectFields | null>();
  let turn = pay;
  for (const object of Object.keys(objects)) {
    const seen = await fieldsOf(context, object, turn);
    found.set(object, seen.fields);
    turn = seen.turn;
  }
  const dated = await isDated(context, found, turn);
  const notices = await probeNotices(context, dated.turn);
  notices.turn.permit?.release();
  const off = [
    ...missing(found),
    ...(dated.isDated ? [] : [noDate]),
    ...withoutLookup(found.get("Lead") ?? null, context.leadAccountField),
    ...withheldFields(found),
    ...notices.off,
  ];
  const capabilities = {
    uniqueTaskKey: found.get(decisionObject)?.has("Baton_Key__c") === true,
    readsAvailability: found.get("OutOfOffice") !== null,
    ...(off.length === 0 ? {} : { off }),
  };
  context.memory.capabilities = capabilities;
  return capabilities;
}

function missing(found: ReadonlyMap<string, ObjectFields | null>): FeatureOff[] {
  return Object.entries(objects).flatMap(([feature, off]) =>
    off !== null && found.get(feature) === null ? [{ feature, ...off }] : [],
  );
}

const noDate: FeatureOff = {
  feature: "qualification-date",
  message:
    "Nothing tells when a lead became qualified: one that was created earlier is not found when the event of it is lost, one that qualifies a second time is not given anew, and a replay of the past finds none.",
  whatToDo: "Turn field history tracking on for Lead, with Status, or install Baton's package, which keeps the date.",
};

/**
 * Does anything tell when a lead entered its status? The package's date, else the history: which fields it keeps nothing
 * describes, but one that has no change of a status at all does not keep them. At most one call.
 */
async function isDated(
  context: Context,
  found: ReadonlyMap<string, ObjectFields | null>,
  pay: Pay,
): Promise<{ isDated: boolean; turn: Pay }> {
  if (found.get("Lead")?.has(qualifiedAtField) === true) return { isDated: true, turn: pay };
  if (found.get("LeadHistory") === null) return { isDated: false, turn: pay };
  const changes = await query(context, "SELECT Id FROM LeadHistory WHERE Field = 'Status' LIMIT 1", pay);
  return { isDated: changes.length > 0, turn: { lane: pay.lane } };
}

function withoutLookup(lead: ObjectFields | null, own: string | null): FeatureOff[] {
  if (lead === null || accountLookup(lead, own) !== null) return [];
  const named = own === null ? "" : ` ${own} is none that Baton may write.`;
  return [
    {
      feature: "account-lookup",
      message: `The account that a lead was matched to is not noted on it: Lead has no lookup to Account for it.${named}`,
      whatToDo:
        "Install Baton's package and give Baton's user its permission set, or name a lookup of your own in SALESFORCE_LEAD_ACCOUNT_FIELD.",
    },
  ];
}
