import type { SalesforceState } from "../state.ts";
import type { Session } from "./sessions.ts";

/** The session of a call, which prolongs it; null of one that is unknown or over, or whose org's APIs are closed. */
export function useSession(
  { sessions, login }: Pick<SalesforceState, "sessions" | "login">,
  token: string,
): Session | null {
  const session = sessions.use(token);
  return session !== null && login.closedApis.has(session.orgId) ? null : session;
}
