import { ControlError, number, readFields } from "../../control-input.ts";
import type { ControlCall, ControlRoute } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import type { Session } from "../auth/sessions.ts";
import { recordId } from "../kinds.ts";
import { mayLogIn } from "../people.ts";
import type { SalesforceState } from "../state.ts";
import { appUser } from "./acting.ts";
import { orgIdIn, orgOf, orgsMeant } from "./org-route.ts";

/** Sessions: how long they live, whose there are, and new ones. */
export const tokenControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "GET",
    paths: ["/tokens"],
    about: "how long a session lives without a call",
    handle: (state) => ({ status: 200, body: state.sessions.settings }),
  },
  {
    method: "PATCH",
    paths: ["/tokens"],
    about: "{idleMs}: how long a session lives without a call",
    handle(state, { body }) {
      const fields = readFields(body);
      const idleMs = fields.need("idleMs", number);
      fields.check();
      state.sessions.settings.idleMs = idleMs;
      return { status: 200, body: state.sessions.settings };
    },
  },
  {
    method: "POST",
    paths: ["/tokens/expire"],
    about: "{orgId?}: ends the sessions of one org, or all",
    handle(state, { body }) {
      const ids = new Set(orgsMeant(state, orgIdIn(body)).map(({ id }) => id));
      return { status: 200, body: { expired: state.sessions.end(({ orgId }) => ids.has(orgId)) } };
    },
  },
  {
    method: "GET",
    paths: ["/orgs/:orgId/tokens"],
    about: "the sessions of the org that are alive, oldest first",
    handle(state, call) {
      const { id } = orgOf(state, call);
      const own = state.sessions.list().filter(({ orgId }) => orgId === id);
      return { status: 200, body: { results: own.map(shown) } };
    },
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/tokens"],
    about: "{userId?}: a session of a user's, as if they had logged in to the app",
    handle: logIn,
  },
];

const shown = ({ token, userId, clientId, issuedAt, lastUsedAt }: Session) => ({
  ...{ accessToken: token, userId, clientId, issuedAt, lastUsedAt },
});

function logIn(state: SalesforceState, call: ControlCall): Answer {
  const org = orgOf(state, call);
  const fields = readFields(call.body);
  const wanted = fields.maybe("userId", recordId);
  fields.check();
  const user = appUser(org, wanted);
  const userId = String(user.Id);
  if (!mayLogIn(org, user)) throw new ControlError(400, `The user ${userId} may not log in`);
  const { clientId = "", scopes = [] } = state.apps[0] ?? {};
  return { status: 201, body: shown(state.sessions.issue({ orgId: org.id, userId, clientId, scopes })) };
}
