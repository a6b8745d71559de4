import { errorAnswer } from "../error-answer.ts";
import { isLoopback, isSecret } from "../proof.ts";
import type { Route, WebRequest } from "../route.ts";

/** `isPublic`: others reach Baton through a proxy, which may look like this machine itself. */
export type Watchword = { token: string | null; isPublic: boolean };

/**
 * What operators alone may see: with their token, as a bearer or as the password that a browser asks for; without one
 * from this machine alone, while nobody else is let in to it.
 */
export function operatorsOnly({ token, isPublic }: Watchword, handler: Route["handler"]): Route["handler"] {
  return async (request) => {
    if (token === null) return !isPublic && isFromHere(request) ? handler(request) : notFromHere;
    return isSecret(passwordOf(request), token) ? handler(request) : askForToken;
  };
}

const notFromHere = errorAnswer(
  403,
  "operators-only",
  "This is for operators: set BATON_OPERATOR_TOKEN, and say it as a bearer token or as the password.",
);

const askForToken = {
  ...errorAnswer(401, "operators-only", "Say BATON_OPERATOR_TOKEN, as a bearer token or as the password."),
  headers: { "www-authenticate": 'Basic realm="Baton, for operators", charset="UTF-8"' },
};

/** What proxies say of whom they speak for: with one of these the other end of the socket is not who asks. */
const forwarding = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];
const hostsOfHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** The host, because a page of the internet may have its own name lead here. */
function isFromHere({ peer, headers }: WebRequest): boolean {
  const isForwarded = forwarding.some((name) => headers[name] !== undefined);
  return isLoopback(peer) && !isForwarded && hostsOfHere.test(String(headers.host ?? ""));
}

function passwordOf({ headers }: WebRequest): string {
  const [scheme = "", credentials = ""] = String(headers.authorization ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic") return credentials;
  const pair = Buffer.from(credentials, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}
