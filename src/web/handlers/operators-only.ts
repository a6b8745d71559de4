import { errorAnswer } from "../error-answer.ts";
import { isLoopback, isSecret } from "../proof.ts";
import type { Route, WebRequest } from "../route.ts";

/**
 * What operators alone may see: with their token, as a bearer or as the password that a browser asks for. `token` null:
 * from this machine alone, and not through a proxy on it.
 */
export function operatorsOnly(token: string | null, handler: Route["handler"]): Route["handler"] {
  return async (request) => {
    if (token === null) return isFromHere(request) ? handler(request) : notFromHere;
    return isSecret(passwordOf(request), token) ? handler(request) : askForToken;
  };
}

const notFromHere = errorAnswer(
  403,
  "operators-only",
  "Only this machine itself may see this. To see it from elsewhere, set BATON_OPERATOR_TOKEN and say it.",
);

const askForToken = {
  ...errorAnswer(401, "operators-only", "Say BATON_OPERATOR_TOKEN, as a bearer token or as the password."),
  headers: { "www-authenticate": 'Basic realm="Baton, for operators", charset="UTF-8"' },
};

/** What proxies say of whom they speak for: with one of these the other end of the socket is not who asks. */
const forwarding = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

function isFromHere({ peer, headers }: WebRequest): boolean {
  return isLoopback(peer) && !forwarding.some((name) => headers[name] !== undefined);
}

function passwordOf({ headers }: WebRequest): string {
  const [scheme = "", credentials = ""] = String(headers.authorization ?? "").split(" ");
  if (scheme.toLowerCase() !== "basic") return credentials;
  const pair = Buffer.from(credentials, "base64").toString("utf8");
  return pair.slice(pair.indexOf(":") + 1);
}
