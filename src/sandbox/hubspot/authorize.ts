import { isAllowedRedirect, redirectBack } from "../consent.ts";
import { htmlAnswer } from "../html.ts";
import type { Answer } from "../http.ts";
import { authorizeErrorPage, authorizePage } from "./authorize-page.ts";
import type { Grant, HubspotGrants } from "./grants.ts";
import type { OpenCall, OpenRoute } from "./open-route.ts";
import type { App, Portal } from "./portal.ts";
import type { HubspotState } from "./sandbox.ts";

/** An authorise request that may be shown: everything in it has been checked. */
type Request = { app: App; redirectUri: string; scopes: string[]; optionalScopes: string[]; portals: Portal[] };

/**
 * The page that an admin sees (hubspot.md §2.1). GET shows it; its form posts `portal_id`, `decision` (`allow` or
 * `deny`), a `grant` per optional scope and, if wanted, `user_id`. The answer redirects with `code` and `state`.
 */
export function authorizeRoutes(state: HubspotState, grants: HubspotGrants): OpenRoute[] {
  return [
    {
      method: "GET",
      paths: ["/oauth/authorize", "/oauth/:accountId/authorize"],
      handle: (call) => showPage(state, call),
    },
    {
      method: "POST",
      paths: ["/oauth/authorize"],
      handle: (call) => decide({ state, grants }, new URLSearchParams(call.text)),
    },
  ];
}

function showPage(state: HubspotState, { query, params }: OpenCall): Answer {
  const checked = checkRequest(state, query);
  if (typeof checked === "string") return htmlAnswer(400, authorizeErrorPage(checked));
  const chosen = checked.portals.filter(({ id }) => !params.accountId || String(id) === params.accountId);
  return htmlAnswer(
    200,
    authorizePage({
      appName: checked.app.clientId,
      portals: chosen,
      requiredScopes: checked.scopes,
      optionalScopes: checked.optionalScopes,
      fields: Object.fromEntries(query),
    }),
  );
}

function decide({ state, grants }: { state: HubspotState; grants: HubspotGrants }, form: URLSearchParams): Answer {
  const checked = checkRequest(state, form);
  if (typeof checked === "string") return htmlAnswer(400, authorizeErrorPage(checked));
  if (form.get("decision") !== "allow") {
    return redirectBack(checked.redirectUri, form, {
      error: "access_denied",
      error_description: "The user denied access",
    });
  }
  const portal = checked.portals.find(({ id }) => String(id) === form.get("portal_id"));
  if (!portal) return htmlAnswer(400, authorizeErrorPage("there is no such account."));
  const granted = new Set(form.getAll("grant"));
  const grant: Grant = {
    appId: checked.app.id,
    portalId: portal.id,
    userId: Number(form.get("user_id") ?? 1),
    redirectUri: checked.redirectUri,
    scopes: [...checked.scopes, ...checked.optionalScopes.filter((scope) => granted.has(scope))],
    codeChallenge: form.get("code_challenge"),
  };
  return redirectBack(checked.redirectUri, form, { code: grants.store(grant) });
}

/** The parts of an authorise request, or the sentence that says what is wrong with it. */
function checkRequest(state: HubspotState, fields: URLSearchParams): Request | string {
  const app = state.apps.find(({ clientId }) => clientId === fields.get("client_id"));
  if (!app) return "the client id is missing or unknown.";
  const redirectUri = fields.get("redirect_uri") ?? "";
  if (!isAllowedRedirect(app.redirectUris, redirectUri))
    return "the redirect URL does not match one that the app registered.";
  const scopes = (fields.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const missing = app.requiredScopes.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) return `these scopes that the app requires were not asked for: ${missing.join(", ")}.`;
  const known = new Set([...app.requiredScopes, ...app.optionalScopes]);
  const optionalScopes = (fields.get("optional_scope") ?? "").split(" ").filter((scope) => known.has(scope));
  return { app, redirectUri, scopes, optionalScopes, portals: [...state.portals.values()] };
}
