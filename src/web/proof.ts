import { hash, timingSafeEqual } from "node:crypto";

export function isLoopback(peer: string): boolean {
  return peer === "::1" || /^(::ffff:)?127\./.test(peer);
}

/** In the same time whatever was given, so that nobody finds a secret by its beginning. */
export function isSecret(given: string, secret: string): boolean {
  const digest = (text: string) => hash("sha256", text, "buffer");
  return timingSafeEqual(digest(given), digest(secret));
}
