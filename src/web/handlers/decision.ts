import { page } from "../page.ts";
import type { Route } from "../route.ts";

/**
 * Where the link on a lead and in its task leads. A decision holds personal data and nobody is signed in here, so the
 * page only tells how to read it.
 */
export function decisionHandler(): Route["handler"] {
  return async () => ({
    status: 200,
    html: page("How this lead was decided", [
      "Every step of the decision is kept: which rules were tried, who was passed over and why, and whose turn it was.",
      "Whoever runs Baton reads it to you with: npm run baton -- explain, followed by the id of the lead in the CRM (the last number of the lead's address).",
    ]),
  });
}
