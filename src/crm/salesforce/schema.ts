import type { Capabilities } from "../../model/connection.ts";
import type { Pay } from "../crm.ts";
import type { Context } from "./context.ts";
import { fieldsOf } from "./describe.ts";

/** Objects that are read or written; those that an org may lack count as features. */
const objects = ["Lead", "Account", "Opportunity", "OutOfOffice", "Baton_Decision__c"];

/**
 * See CrmClient. Nothing is created here: Baton's package brings its fields (salesforce.md §5.3). One call for each object whose
 * fields nobody looked up today.
 */
export async function ensureSchema(context: Context, pay: Pay): Promise<Capabilities> {
  const found = new Map<string, ReadonlySet<string> | null>();
  for (const [index, object] of objects.entries())
    found.set(object, await fieldsOf(context, object, index === 0 ? pay : { lane: pay.lane }));
  const capabilities = {
    uniqueTaskKey: found.get("Baton_Decision__c")?.has("Baton_Key__c") === true,
    readsAvailability: found.get("OutOfOffice") !== null,
  };
  context.memory.capabilities = capabilities;
  return capabilities;
}
