import { answerConsent } from "../page-words.ts";

/**
 * What a user of a portal does with a browser on HubSpot's page: allows all that the app asks for. Answers the address
 * that the browser is sent back to; throws with what the page says instead.
 */
export function allowApp(authorizeUrl: string, who: { portalId: number; userId: number }): Promise<string> {
  return answerConsent("HubSpot", authorizeUrl, (fields) => {
    fields.set("portal_id", String(who.portalId));
    fields.set("user_id", String(who.userId));
    fields.set("decision", "allow");
    for (const scope of fields.get("optional_scope")?.split(" ") ?? []) fields.append("grant", scope);
  });
}
