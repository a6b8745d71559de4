import type { Received } from "../../http.ts";
import type { ClientApp } from "./apps.ts";
import { oauthError } from "./oauth-error.ts";

/** The form of a request. Throws of one that is sent as anything else. */
export function formOf({ contentType, text }: Pick<Received, "contentType" | "text">): URLSearchParams {
  if (contentType === "application/x-www-form-urlencoded") return new URLSearchParams(text);
  // What else is answered to JSON is not documented: a guess.
  throw oauthError("invalid_request", "content type must be application/x-www-form-urlencoded");
}

/** The app that a form or a Basic header names, whose secret it has. Throws. */
export function clientOf(
  apps: readonly ClientApp[],
  { authorization }: Pick<Received, "authorization">,
  form: URLSearchParams,
): ClientApp {
  const basic = basicOf(authorization);
  const app = appNamed(apps, basic?.id ?? form.get("client_id"));
  const secret = basic?.secret ?? form.get("client_secret");
  if (secret !== app.clientSecret)
    throw oauthError("invalid_client", "invalid client credentials", basic === null ? 400 : 401);
  return app;
}

/** Throws of an id that no app has. */
export function appNamed(apps: readonly ClientApp[], clientId: string | null): ClientApp {
  const app = apps.find((candidate) => candidate.clientId === clientId);
  if (app === undefined) throw oauthError("invalid_client_id", "client identifier invalid");
  return app;
}

function basicOf(authorization: string | undefined): { id: string; secret: string } | null {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return null;
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { id, secret: secret.join(":") };
}
