import type { Deps } from "../../deps.ts";
import { findDecision } from "../../store/decisions.ts";
import { page } from "../page.ts";
import type { Route } from "../route.ts";

/**
 * Where the link on a lead and in its task leads. A decision's facts are personal data and nobody is signed in here, so
 * the page names the lead by its id alone and tells who can read the steps.
 */
export function decisionHandler({ db }: Pick<Deps, "db">): Route["handler"] {
  return async ({ params }) => {
    const id = params.id ?? "";
    const decision = isDecisionId(id) ? await findDecision(db.query, id) : null;
    if (decision === null) return notFound;
    const { leadId, decidedAt, policyVersion } = decision;
    const at = `${new Date(decidedAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
    return {
      status: 200,
      html: page("How this lead was decided", [
        `Lead ${leadId} was decided at ${at} by policy version ${policyVersion}. The task and the lead's Baton fields tell the reason in one line.`,
        "This page cannot show the steps yet: they hold personal data, and the console where you sign in to read them comes later.",
        `Until then, whoever runs Baton reads them with: npm run baton -- explain ${leadId}`,
      ]),
    };
  };
}

/** As decision-id.ts makes them. */
const isDecisionId = (id: string): boolean => /^[0-9a-f]{24}$/.test(id);

const notFound = {
  status: 404,
  html: page("There is no such decision", [
    "Baton has no decision at this address. If you came by a link in your CRM, ask whoever runs Baton: npm run baton -- explain, followed by the id of the lead, tells what is known of it.",
  ]),
};
