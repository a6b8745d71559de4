import type { Capabilities } from "../../model/connection.ts";
import type { Pay } from "../crm.ts";
import type { Context, ObjectFields } from "./context.ts";
import { fieldsOf } from "./describe.ts";

/** Objects that are read or written; those that an org may lack count as features. */
const objects = [
  ...["Lead", "Account", "Opportunity", "OutOfOffice", "Baton_Decision__c", "LeadHistory", "CampaignMember", "Event"],
  ...["UserLogin", "GroupMember"],
];

/**
 * See CrmClient. Nothing is created here: Baton's package brings its fields (salesforce.md §5.3). One call for each object whose
 * fields nobody looked up today.
 */
export async function ensureSchema(context: Context, pay: Pay): Promise<Capabilities> {
  const found = new Map<string, ObjectFields | null>();
  let turn = pay;
  for (const object of objects) {
    const seen = await fieldsOf(context, object, turn);
    found.set(object, seen.fields);
    turn = seen.turn;
  }
  turn.permit?.release();
  const capabilities = {
    uniqueTaskKey: found.get("Baton_Decision__c")?.has("Baton_Key__c") === true,
    readsAvailability: found.get("OutOfOffice") !== null,
  };
  context.memory.capabilities = capabilities;
  return capabilities;
}
