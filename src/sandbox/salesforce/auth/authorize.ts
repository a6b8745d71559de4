import { isAllowedRedirect, redirectBack } from "../../consent.ts";
import { htmlAnswer } from "../../html.ts";
import type { Answer } from "../../http.ts";
import type { OpenRoute } from "../open-route.ts";
import type { SalesforceState } from "../state.ts";
import type { ClientApp } from "./apps.ts";
import { authorizeErrorPage, authorizePage, loginUsers } from "./authorize-page.ts";
import { refusalOf } from "./check-login.ts";
import { type Consents, codeLifetimeMs } from "./consents.ts";
import { loginRefusals } from "./switches.ts";

const path = "/services/oauth2/authorize";

/**
 * The page on which an admin connects an org (salesforce.md §8, 2). GET shows it; its form posts `user` ("00D…/005…") and
 * `decision` (`allow` or `deny`). The answer redirects with `code` and `state`, or with `error`.
 */
export function authorizeRoutes(state: SalesforceState, consents: Consents): OpenRoute[] {
  return [
    { method: "GET", paths: [path], handle: ({ query }) => answer(state, query, (asked) => show(state, query, asked)) },
    {
      method: "POST",
      paths: [path],
      handle({ text }) {
        const form = new URLSearchParams(text);
        return answer(state, form, (asked) => decide({ state, consents }, form, asked));
      },
    },
  ];
}

type Asked = { app: ClientApp; redirectUri: string; scopes: string[] };

/** Checks the request. Where the app cannot be trusted to be the one that asks, the browser is not sent back to it. */
function answer({ apps }: SalesforceState, fields: URLSearchParams, next: (asked: Asked) => Answer): Answer {
  const app = apps.find(({ clientId }) => clientId === fields.get("client_id"));
  if (app === undefined) return errorPage("invalid_client_id", "client identifier invalid");
  const redirectUri = fields.get("redirect_uri") ?? "";
  if (!isAllowedRedirect(app.redirectUris, redirectUri))
    return errorPage("redirect_uri_mismatch", "redirect_uri must match configuration");
  const asked = (fields.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const scopes = asked.length === 0 ? [...app.scopes] : asked;
  const problem = problemOf(app, fields, scopes);
  return problem === null
    ? next({ app, redirectUri, scopes })
    : redirectBack(redirectUri, fields, { error: problem[0], error_description: problem[1] });
}

const errorPage = (error: string, description: string): Answer =>
  htmlAnswer(400, authorizeErrorPage(error, description));

function problemOf(app: ClientApp, fields: URLSearchParams, scopes: readonly string[]): [string, string] | null {
  if (fields.get("response_type") !== "code") return ["unsupported_response_type", "response type not supported"];
  if (scopes.some((scope) => !app.scopes.includes(sameScope(scope))))
    return ["invalid_scope", "the requested scope is not allowed"];
  const challenge = fields.get("code_challenge") ?? "";
  if (challenge === "") return app.requiresPkce ? ["invalid_request", "missing required code challenge"] : null;
  if (!/^[\w-]{43}$/.test(challenge)) return ["invalid_request", "invalid code challenge"];
  // That the method may not be left out is not documented: a guess on the strict side.
  return fields.get("code_challenge_method") === "S256" ? null : ["invalid_request", "invalid code challenge method"];
}

const sameScope = (scope: string): string => ({ offline_access: "refresh_token", openid: "id" })[scope] ?? scope;

function show({ orgs }: SalesforceState, query: URLSearchParams, { app, scopes }: Asked): Answer {
  const page = { appName: app.clientId, scopes, orgs: orgs.values(), fields: Object.fromEntries(query) };
  return htmlAnswer(200, authorizePage(page));
}

function decide(
  { state, consents }: { state: SalesforceState; consents: Consents },
  form: URLSearchParams,
  { app, redirectUri, scopes }: Asked,
): Answer {
  const back = (outcome: Record<string, string>): Answer => redirectBack(redirectUri, form, outcome);
  if (form.get("decision") !== "allow")
    return back({ error: "access_denied", error_description: "end-user denied authorization" });
  const [orgId = "", userId = ""] = (form.get("user") ?? "").split("/");
  const org = state.orgs.get(orgId);
  if (org === undefined || !loginUsers(org).some(({ Id }) => Id === userId))
    return errorPage("invalid_request", "there is no such user");
  const refusal = refusalOf(state, app, orgId);
  if (refusal !== null)
    return back({ error: loginRefusals[refusal].error, error_description: loginRefusals[refusal].description });
  const code = consents.store({
    ...{ clientId: app.clientId, orgId, userId, redirectUri, scopes: scopes.map(sameScope) },
    codeChallenge: form.get("code_challenge") || null,
    expiresAt: state.clock.now() + codeLifetimeMs,
  });
  return back({ code });
}
