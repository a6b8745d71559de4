import { escapeMarkup, hiddenInputs, htmlPage } from "../../html.ts";
import { mayLogIn } from "../people.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Row } from "../schema.ts";

/** What the page shows and carries over to its own form. */
export type AuthorizePage = {
  appName: string;
  scopes: readonly string[];
  orgs: Iterable<SandboxOrg>;
  /** The query of the authorise URL, repeated as hidden fields. */
  fields: Record<string, string>;
};

/** Login and consent in one, reduced to the choices: as whom in which org, yes or no. */
export function authorizePage({ appName, scopes, orgs, fields }: AuthorizePage): string {
  return htmlPage(
    `Allow ${appName} access?`,
    `<form method="post" action="/services/oauth2/authorize">
${hiddenInputs(fields)}
<p><label>Log in as <select name="user">${[...orgs].map(groupOf).join("")}</select></label></p>
<p>${escapeMarkup(appName)} asks for:</p>
<ul>${scopes.map((scope) => `<li>${escapeMarkup(scope)}</li>`).join("")}</ul>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  );
}

function groupOf(org: SandboxOrg): string {
  const options = loginUsers(org).map(
    ({ Id, Name, Username }) =>
      `<option value="${org.id}/${Id}">${escapeMarkup(`${Name ?? ""} (${Username ?? ""})`)}</option>`,
  );
  return `<optgroup label="${escapeMarkup(`${org.name} (${org.id})`)}">${options.join("")}</optgroup>`;
}

/** Who may log in. */
export function loginUsers(org: SandboxOrg): Row[] {
  return [...(org.tables.get("User")?.rows() ?? [])].filter((user) => mayLogIn(org, user));
}

/** What is shown instead of a redirect when it is not sure whither one may be sent. */
export function authorizeErrorPage(error: string, description: string): string {
  return htmlPage(
    "OAuth Error",
    `<p>error=${escapeMarkup(error)}&amp;error_description=${escapeMarkup(description)}</p>`,
  );
}
