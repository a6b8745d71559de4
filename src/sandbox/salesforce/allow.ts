import { answerConsent } from "../page-words.ts";

/**
 * What a user of an org does with a browser on Salesforce's page: logs in and allows. Answers the address that the
 * browser is sent back to; throws with what the page says instead.
 */
export function allowApp(authorizeUrl: string, who: { orgId: string; userId: string }): Promise<string> {
  return answerConsent("Salesforce", authorizeUrl, (fields) => {
    fields.set("user", `${who.orgId}/${who.userId}`);
    fields.set("decision", "allow");
  });
}
