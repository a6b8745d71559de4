import { verify } from "node:crypto";
import { isObject } from "../../control-input.ts";

/** What a JWT says. `exp` in epoch seconds; NaN and "" stand for what is missing. */
export type Assertion = {
  iss: string;
  sub: string;
  aud: string;
  exp: number;
  /** Did the owner of this key (PEM of a public key or certificate) sign it? */
  isSignedBy(publicKey: string): boolean;
};

/** Null of what is no JWT that is signed with RS256. */
export function readAssertion(text: string): Assertion | null {
  const [head = "", payload = "", signature = "", ...more] = text.split(".");
  const claims = decode(payload);
  if (more.length > 0 || claims === null || decode(head)?.alg !== "RS256") return null;
  const textOf = (name: string): string => (typeof claims[name] === "string" ? claims[name] : "");
  return {
    ...{ iss: textOf("iss"), sub: textOf("sub"), aud: textOf("aud") },
    // Numbers may come as texts too, as many examples have them.
    exp: Number(claims.exp ?? Number.NaN),
    isSignedBy: (publicKey) =>
      verify("RSA-SHA256", Buffer.from(`${head}.${payload}`), publicKey, Buffer.from(signature, "base64url")),
  };
}

function decode(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
