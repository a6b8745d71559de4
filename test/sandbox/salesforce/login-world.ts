import { createHash } from "node:crypto";
import { OAuth2 } from "jsforce";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import type { Reply } from "../api.ts";
import { postForm } from "../hubspot/world.ts";
import { startWorld, type World } from "./world.ts";

export const redirectUri = "http://localhost:3000/salesforce/callback";
/** 64 characters. */
export const verifier = "a-verifier.of_enough~characters-to-be-realistic-0123456789-abcdef";
export const challengeOf = (text: string) => createHash("sha256").update(text).digest("base64url");
export const client = { client_id: "baton", client_secret: "secret" };

/** What the token endpoint says of a refresh token that is over (salesforce.md §8, 1). */
export const expired = { error: "invalid_grant", error_description: "expired access/refresh token" };

export type LoginWorld = World & {
  oauth2: OAuth2;
  /** Posts the consent form and answers where it redirects to. */
  consent(more?: Record<string, string>): Promise<URL>;
  /** A code that was consented to by the integration user. */
  code(more?: Record<string, string>): Promise<string>;
  /** Posts to the token endpoint, with the client's id and secret. */
  token(fields: Record<string, string>): Promise<Reply>;
  exchange(code: string, more?: Record<string, string>): Promise<Reply>;
  refresh(token: string): Promise<Reply>;
  /** What a REST call with this access token is answered with. */
  call(accessToken: string): Promise<Response>;
  post(path: string, fields: Record<string, string>): Promise<Reply>;
};

/** A Salesforce whose one org has the app installed, to run as the integration user. */
export async function startLoginWorld(): Promise<LoginWorld> {
  const world = await startWorld();
  const { salesforce, org, userId } = world;
  salesforce.apps[0]?.runAs.set(org.id, userId);
  const url = (path: string) => `${salesforce.url}/services/oauth2/${path}`;
  const post = (path: string, fields: Record<string, string>) => postForm(url(path), fields);
  const token = (fields: Record<string, string>) => post("token", { ...client, ...fields });

  async function consent(more: Record<string, string> = {}): Promise<URL> {
    const asked = { response_type: "code", client_id: "baton", redirect_uri: redirectUri, state: "s-1" };
    const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: "S256" };
    const chosen = { user: `${org.id}/${userId}`, decision: "allow" };
    const reply = await post("authorize", { ...asked, ...challenge, ...chosen, ...more });
    return new URL(reply.headers.get("location") ?? `http://no-redirect/${reply.status}`);
  }

  return {
    ...{ ...world, consent, token, post },
    oauth2: new OAuth2({ clientId: "baton", clientSecret: "secret", redirectUri, loginUrl: salesforce.url }),
    code: async (more) => (await consent(more)).searchParams.get("code") ?? "",
    exchange: (code, more = {}) =>
      token({
        ...{ grant_type: "authorization_code", redirect_uri: redirectUri },
        ...{ code, code_verifier: verifier, ...more },
      }),
    refresh: (refreshToken) => token({ grant_type: "refresh_token", refresh_token: refreshToken }),
    call: (accessToken) =>
      fetch(`${salesforce.url}/services/data/v66.0/limits`, { headers: { Authorization: `Bearer ${accessToken}` } }),
  };
}

/** Another org with one user, in which no app is. */
export function addOtherOrg({ salesforce }: World): { orgId: string; userId: string } {
  const org = salesforce.addOrg({ name: "Other <&> Co", id: "00D000000000002" });
  const names = { LastName: "Other", Name: "Otto Other", Username: "otto@other.example", Email: "otto@other.example" };
  return { orgId: org.id, userId: putRow(org, "User", { ...names, IsActive: true, UserType: "Standard" }) };
}
