import type { Crm } from "../../crm/crm.ts";
import type { Deps } from "../../deps.ts";
import { CrmError, type CrmErrorKind } from "../../errors.ts";
import type { ConnectionDirectory } from "../../pipeline/connection-directory.ts";
import { beginInstall, completeInstall, type InstallResult } from "../../pipeline/install.ts";
import { workspaceOfLink } from "../../pipeline/link-address.ts";
import { whatToPublish } from "../../pipeline/what-to-publish.ts";
import { allConnections } from "../../store/connections.ts";
import { page } from "../page.ts";
import type { Route, WebAnswer, WebRequest } from "../route.ts";

export type InstallDeps = Pick<Deps, "db" | "keyring" | "now" | "settings" | "log"> & {
  directory: ConnectionDirectory;
  /** The policy that a new workspace begins with. */
  policyText: string;
};

// The state alone would let a stranger finish his own installation in somebody else's browser.
const cookieName = "baton_install";

/** Sends the browser to the CRM to ask for access; with a `link`, for the workspace that it names. */
export function beginInstallHandler(deps: InstallDeps, crm: Crm): Route["handler"] {
  return async ({ query }) => {
    const link = query.get("link");
    const workspaceId = link === null ? null : workspaceOfLink(deps.keyring, crm, link, deps.now());
    if (link !== null && workspaceId === null) return linkTooOld(crm);
    const { url, state } = beginInstall(deps, crm, { workspaceId });
    return { status: 302, headers: { location: url, "set-cookie": cookie(deps, crm, `${state}; Max-Age=600`) } };
  };
}

/** The browser comes back: stores the connection, or tells what to do. */
export function installCallbackHandler(deps: InstallDeps, crm: Crm): Route["handler"] {
  const forgetCookie = { "set-cookie": cookie(deps, crm, "; Max-Age=0") };
  return async (request) => {
    const state = single(request.query, "state");
    if (state === null || state !== cookieOf(request)) return answer(startedElsewhere(crm));
    const refusal = request.query.get("error_description") ?? request.query.get("error");
    if (refusal !== null) return answer(refused(crm, refusal));
    const code = single(request.query, "code");
    if (code === null) return answer(startedElsewhere(crm));
    return answer(await complete(deps, { crm, code, state }));
  };

  function answer(plain: WebAnswer): WebAnswer {
    return { ...plain, headers: { ...plain.headers, ...forgetCookie } };
  }
}

/**
 * Where the browser is sent after an installation, so that loading the page again does not use the code again. Anybody
 * may open it: it names no account.
 */
export function installedHandler({ db }: Pick<Deps, "db">, crm: Crm): Route["handler"] {
  return async ({ query }) => {
    const connections = await allConnections(db.query);
    if (connections.some(({ crm: name, status }) => name === crm.name && status === "active"))
      return connected(query.has(joined) ? [`The workspace keeps its policy. ${whatToPublish(crm)}`] : []);
    return notConnected(crm, 404, "No account is connected to this Baton.");
  };
}

/** The path of the page that an installation ends on. */
export const installedPath = (crm: Crm): string => `/${crm.name}/installed`;

/** In the query of that page: the account joined a workspace that was there. */
const joined = "joined";

type Return = { crm: Crm; code: string; state: string };

async function complete(deps: InstallDeps, callback: Return): Promise<WebAnswer> {
  const { crm } = callback;
  try {
    const result = await completeInstall(deps, { ...callback, policyText: deps.policyText });
    if (result.kind !== "connected") return notLinked(crm, result);
    deps.directory.forget();
    const { connection, hasJoined } = result;
    deps.log.info({ connectionId: connection.id, workspaceId: connection.workspaceId }, "connection installed");
    return { status: 303, headers: { location: `${installedPath(crm)}${hasJoined ? `?${joined}` : ""}` } };
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    deps.log.warn({ error, crm: crm.name }, "installation not completed");
    return failed(crm, error.kind);
  }
}

const connected = (more: readonly string[]): WebAnswer => ({
  status: 200,
  html: page("Baton is connected", [
    "Baton creates its fields in the CRM, reads your reps and companies, and from then on routes each lead that qualifies. You can close this page.",
    "Leads that qualified before the installation stay as they are.",
    ...more,
  ]),
});

function notConnected(crm: Crm, status: number, whatAndWhatToDo: string): WebAnswer {
  const again = { to: `/${crm.name}/install`, text: "Begin the installation again" };
  return { status, html: page("Baton is not connected", [whatAndWhatToDo], again) };
}

const startedElsewhere = (crm: Crm): WebAnswer =>
  notConnected(
    crm,
    400,
    "This installation was not begun in this browser, was completed already, or took longer than ten minutes.",
  );

/** Nothing of it was stored. */
function notLinked(crm: Crm, result: Exclude<InstallResult, { kind: "connected" }>): WebAnswer {
  switch (result.kind) {
    case "unknown-state":
      return startedElsewhere(crm);
    case "linked-elsewhere":
      return notConnected(
        crm,
        409,
        "This account was connected by another installation at the same moment. That one stands, and nothing of this one was stored: unless you meant to replace it, there is nothing to do.",
      );
    case "in-another-workspace":
      return notJoined(
        crm,
        "This account has a workspace of its own already, with its own policy and decisions, and stays there; nothing was stored. Let the account of the other CRM join that workspace instead, if it is not linked itself.",
      );
    case "has-one-already":
      return notJoined(
        crm,
        `The workspace is linked to another ${crm.title} account already (${result.externalId}), and it can have one of each CRM; nothing was stored. Uninstall Baton there first, or choose another workspace.`,
      );
  }
}

// Without a way to begin again: an installation without the link would make a workspace of its own.
const notJoined = (crm: Crm, whatAndWhatToDo: string): WebAnswer => ({
  status: 409,
  html: page(`${crm.title} is not linked`, [whatAndWhatToDo]),
});

const linkTooOld = (crm: Crm): WebAnswer => ({
  status: 400,
  html: page(`${crm.title} is not linked`, [
    `This link is older than half an hour, or not complete. Make another one: npm run baton -- link ${crm.name} --workspace NAME.`,
  ]),
});

function refused(crm: Crm, words: string): WebAnswer {
  return notConnected(crm, 400, `The access was not granted. The CRM says: ${words.slice(0, 300)}`);
}

const whatToDo: Partial<Record<CrmErrorKind, string>> = {
  rejected:
    "The CRM did not accept the code: check the client id, the client secret and the redirect address of the app.",
  "missing-scope":
    "The account did not grant everything that Baton needs: let a super admin install it with all permissions.",
};

function failed(crm: Crm, kind: CrmErrorKind): WebAnswer {
  const known = whatToDo[kind];
  if (known) return notConnected(crm, 400, known);
  return notConnected(crm, 502, "The CRM could not be reached or did not answer as it should; nothing was stored.");
}

function cookie({ settings }: InstallDeps, crm: Crm, valueAndAge: string): string {
  const secure = settings.publicUrl.startsWith("https:") ? "; Secure" : "";
  return `${cookieName}=${valueAndAge}; Path=/${crm.name}/oauth; HttpOnly; SameSite=Lax${secure}`;
}

function cookieOf(request: WebRequest): string | null {
  const header = request.headers.cookie;
  const found = typeof header === "string" ? new RegExp(`(?:^|; *)${cookieName}=([\\w-]+)`).exec(header) : null;
  return found?.[1] ?? null;
}

/** A parameter that is given twice says two things, so it says nothing. */
function single(query: URLSearchParams, name: string): string | null {
  const [only, ...others] = query.getAll(name);
  return only && others.length === 0 ? only : null;
}
