import { escapeMarkup, hiddenInputs, htmlPage } from "../html.ts";

/** What the page shows and carries over to its own form. */
export type AuthorizePage = {
  appName: string;
  portals: { id: number; name: string }[];
  requiredScopes: string[];
  optionalScopes: string[];
  /** The query of the authorise URL, repeated as hidden fields. */
  fields: Record<string, string>;
};

/** The consent page as HubSpot shows it, reduced to the choices: which account, which optional scopes, yes or no. */
export function authorizePage({ appName, portals, requiredScopes, optionalScopes, fields }: AuthorizePage): string {
  const options = portals.map(({ id, name }) => `<option value="${id}">${escapeMarkup(name)} (${id})</option>`);
  const choices = optionalScopes.map(
    (scope) =>
      `<li><label><input type="checkbox" name="grant" value="${escapeMarkup(scope)}" checked> ${escapeMarkup(scope)}</label></li>`,
  );
  return htmlPage(
    `Connect ${appName}`,
    `<form method="post" action="/oauth/authorize">
${hiddenInputs(fields)}
<p><label>Account <select name="portal_id">${options.join("")}</select></label></p>
<p>${escapeMarkup(appName)} needs:</p>
<ul>${requiredScopes.map((scope) => `<li>${escapeMarkup(scope)}</li>`).join("")}</ul>
<p>And asks for:</p>
<ul>${choices.join("\n")}</ul>
<button name="decision" value="allow">Connect app</button>
<button name="decision" value="deny">Cancel</button>
</form>`,
  );
}

/** What HubSpot shows instead of redirecting when the request itself is wrong. */
export function authorizeErrorPage(message: string): string {
  return htmlPage("Authorization failed", `<p>Authorization failed because ${escapeMarkup(message)}</p>`);
}
