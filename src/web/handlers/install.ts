import type { Crm } from "../../crm/crm.ts";
import type { Deps } from "../../deps.ts";
import { CrmError, type CrmErrorKind } from "../../errors.ts";
import type { ConnectionDirectory } from "../../pipeline/connection-directory.ts";
import { beginInstall, completeInstall } from "../../pipeline/install.ts";
import { page } from "../page.ts";
import type { Route, WebAnswer, WebRequest } from "../route.ts";

export type InstallDeps = Pick<Deps, "db" | "keyring" | "now" | "settings" | "log"> & {
  directory: ConnectionDirectory;
  /** The policy that a new workspace begins with. */
  policyText: string;
};

// The state alone would let a stranger finish his own installation in somebody else's browser.
const cookieName = "baton_install";

/** Sends the browser to the CRM to ask for access. */
export function beginInstallHandler(deps: InstallDeps, crm: Crm): Route["handler"] {
  return async () => {
    const { url, state } = beginInstall(deps, crm);
    return { status: 302, headers: { location: url, "set-cookie": cookie(deps, crm, `${state}; Max-Age=600`) } };
  };
}

/** The browser comes back: stores the connection, or tells what to do. */
export function installCallbackHandler(deps: InstallDeps, crm: Crm): Route["handler"] {
  const forgetCookie = { "set-cookie": cookie(deps, crm, "; Max-Age=0") };
  return async (request) => {
    const state = single(request.query, "state");
    if (state === null || state !== cookieOf(request)) return { ...startedElsewhere, headers: forgetCookie };
    const refusal = request.query.get("error_description") ?? request.query.get("error");
    if (refusal !== null) return { ...refused(refusal), headers: forgetCookie };
    const code = single(request.query, "code");
    if (code === null) return { ...startedElsewhere, headers: forgetCookie };
    return { ...(await complete(deps, { crm, code, state })), headers: forgetCookie };
  };
}

async function complete(deps: InstallDeps, callback: { crm: Crm; code: string; state: string }): Promise<WebAnswer> {
  try {
    const result = await completeInstall(deps, { ...callback, policyText: deps.policyText });
    if (result.kind === "unknown-state") return startedElsewhere;
    if (result.kind === "linked-elsewhere") return overtaken;
    deps.directory.forget();
    const { connection, name } = result;
    deps.log.info({ connectionId: connection.id, workspaceId: connection.workspaceId }, "connection installed");
    return connected(name, connection.externalId);
  } catch (error) {
    if (!(error instanceof CrmError)) throw error;
    deps.log.warn({ error, crm: callback.crm.name }, "installation not completed");
    return failed(error.kind);
  }
}

function connected(name: string, externalId: string): WebAnswer {
  const paragraphs = [
    `${name} (${externalId}) is connected.`,
    "Baton now creates its fields there, reads your reps and companies, and from then on routes each lead that qualifies. You can close this page.",
    "Leads that qualified before this moment stay as they are.",
  ];
  return { status: 200, html: page("Baton is connected", paragraphs) };
}

const again = "To try again, open the install address of Baton once more.";

function notConnected(status: number, whatAndWhatToDo: string): WebAnswer {
  return { status, html: page("Baton is not connected", [whatAndWhatToDo, again]) };
}

const startedElsewhere = notConnected(
  400,
  "This installation was not begun in this browser, was completed already, or took longer than ten minutes.",
);

const overtaken = notConnected(
  409,
  "This account was connected by another installation at the same moment. That one stands, and nothing of this one was stored: unless you meant to replace it, there is nothing to do.",
);

function refused(words: string): WebAnswer {
  return notConnected(400, `The access was not granted. The CRM says: ${words.slice(0, 300)}`);
}

const whatToDo: Partial<Record<CrmErrorKind, string>> = {
  rejected:
    "The CRM did not accept the code: check the client id, the client secret and the redirect address of the app.",
  "missing-scope":
    "The account did not grant everything that Baton needs: let a super admin install it with all permissions.",
};

function failed(kind: CrmErrorKind): WebAnswer {
  const known = whatToDo[kind];
  if (known) return notConnected(400, known);
  return notConnected(502, "The CRM could not be reached or did not answer as it should; nothing was stored.");
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
