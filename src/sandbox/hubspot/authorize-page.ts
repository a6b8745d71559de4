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
  const options = portals.map(({ id, name }) => `<option value="${id}">${escapeHtml(name)} (${id})</option>`);
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const choices = optionalScopes.map(
    (scope) =>
      `<li><label><input type="checkbox" name="grant" value="${escapeHtml(scope)}" checked> ${escapeHtml(scope)}</label></li>`,
  );
  return page(
    `Connect ${appName}`,
    `<form method="post" action="/oauth/authorize">
${hidden.join("\n")}
<p><label>Account <select name="portal_id">${options.join("")}</select></label></p>
<p>${escapeHtml(appName)} needs:</p>
<ul>${requiredScopes.map((scope) => `<li>${escapeHtml(scope)}</li>`).join("")}</ul>
<p>And asks for:</p>
<ul>${choices.join("\n")}</ul>
<button name="decision" value="allow">Connect app</button>
<button name="decision" value="deny">Cancel</button>
</form>`,
  );
}

/** What HubSpot shows instead of redirecting when the request itself is wrong. */
export function authorizeErrorPage(message: string): string {
  return page("Authorization failed", `<p>Authorization failed because ${escapeHtml(message)}</p>`);
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body><h1>${escapeHtml(title)}</h1>
${content}
</body></html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
