import type { Answer } from "../../http.ts";
import { RefusedAnswer } from "../errors.ts";
import { to18 } from "../ids.ts";
import type { OpenCall, OpenRoute } from "../open-route.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import type { Row } from "../schema.ts";
import type { SalesforceState } from "../state.ts";
import { identityUrl } from "./identity-url.ts";
import type { Session } from "./sessions.ts";
import { useSession } from "./use-session.ts";

/** Who a user is, for whoever has a token of theirs (salesforce.md §2.3). */
export function identityRoutes(state: SalesforceState): OpenRoute[] {
  const caller = (call: Pick<OpenCall, "authorization" | "query">) => state.sessions.look(tokenOf(call));
  return [
    { method: "GET", paths: ["/services/oauth2/userinfo"], caller, handle: (call) => userInfo(state, call) },
    { method: "GET", paths: ["/id/:orgId/:userId"], caller, handle: (call) => identity(state, call) },
  ];
}

/** In the header, or in the query as jsforce sends it. */
const tokenOf = ({ authorization, query }: Pick<OpenCall, "authorization" | "query">): string =>
  /^(?:Bearer|OAuth) (.+)$/.exec(authorization ?? "")?.[1] ??
  query.get("oauth_token") ??
  query.get("access_token") ??
  "";

/** The words of the identity service come as a bare text. */
const refused = (status: number, words: string): RefusedAnswer =>
  new RefusedAnswer({ status, body: words, headers: { "Content-Type": "text/html; charset=UTF-8" } });

type Known = { org: SandboxOrg; session: Session };

function known(state: SalesforceState, call: OpenCall): Known {
  const token = tokenOf(call);
  if (token === "") throw refused(403, "Missing_OAuth_Token");
  const session = useSession(state, token);
  const org = session && state.orgs.get(session.orgId);
  if (session === null || org === null || org === undefined) throw refused(403, "Bad_OAuth_Token");
  return { org, session };
}

function userInfo(state: SalesforceState, call: OpenCall): Answer {
  const { org, session } = known(state, call);
  const user = userOf(org, session.userId);
  return {
    status: 200,
    body: {
      ...{ sub: identityUrl(org, session.userId), ...common(org, user) },
      ...{ preferred_username: user.Username ?? null, nickname: user.FirstName ?? null, name: user.Name ?? null },
      ...{ given_name: user.FirstName ?? null, family_name: user.LastName ?? null, email_verified: true },
      zoneinfo: user.TimeZoneSidKey ?? org.timeZone,
    },
  };
}

function identity(state: SalesforceState, call: OpenCall): Answer {
  const { org, session } = known(state, call);
  const [orgId, userId] = [to18(call.params.orgId ?? ""), to18(call.params.userId ?? "")];
  if (orgId !== org.id) throw refused(403, "Wrong_Org");
  const user = userOf(org, userId);
  // Of others only an admin is told more; here nobody is.
  if (user.Id === undefined || userId !== session.userId) throw refused(404, "Bad_Id");
  const id = identityUrl(org, userId);
  return {
    status: 200,
    body: {
      ...{ id, asserted_user: true, ...common(org, user) },
      ...{ username: user.Username ?? null, nick_name: user.FirstName ?? null, display_name: user.Name ?? null },
      ...{ first_name: user.FirstName ?? null, last_name: user.LastName ?? null },
      timezone: user.TimeZoneSidKey ?? org.timeZone,
    },
  };
}

const userOf = (org: SandboxOrg, id: string): Row => org.tables.get("User")?.get(id) ?? {};

/** What both of them tell. */
function common(org: SandboxOrg, user: Row) {
  return {
    ...{ user_id: user.Id ?? null, organization_id: org.id, email: user.Email ?? null },
    ...{ active: user.IsActive ?? null, user_type: "STANDARD", language: "en_US", locale: "en_US" },
    urls: urlsOf(org),
  };
}

/** `{version}` is for the caller to fill in. */
function urlsOf({ instanceUrl, id }: SandboxOrg): Record<string, string> {
  const rest = `${instanceUrl}/services/data/v{version}`;
  return {
    partner: `${instanceUrl}/services/Soap/u/{version}/${id.slice(0, 15)}`,
    rest: `${rest}/`,
    sobjects: `${rest}/sobjects/`,
    search: `${rest}/search/`,
    query: `${rest}/query/`,
  };
}
