import { getDomain } from "tldts";
import { remembered } from "./remembered.ts";

export type NormalisedDomain = { domain: string | null; mark: string | null };

/** Registrable domain (punycode, lower case) of an e-mail address; marks `email-missing`, `email-invalid`. */
export function emailDomain(text: string | null | undefined): NormalisedDomain {
  const address = clean(text);
  if (address === "") return { domain: null, mark: "email-missing" };
  const at = lastAt(address);
  if (at < 1) return { domain: null, mark: "email-invalid" };
  const domain = registrableDomain(address.slice(at + 1));
  return domain === null ? { domain: null, mark: "email-invalid" } : { domain, mark: null };
}

/** An e-mail address in its two parts, the host in punycode and lower case; null when it cannot be one. */
export function emailParts(text: string | null | undefined): { local: string; host: string } | null {
  const address = clean(text);
  const at = lastAt(address);
  const host = at < 1 ? null : toAscii(address.slice(at + 1));
  return host === null ? null : { local: address.slice(0, at), host };
}

/** Registrable domain of a website address with or without scheme and path; marks `website-invalid`. */
export function websiteDomain(text: string | null | undefined): NormalisedDomain {
  const address = clean(text);
  if (address === "") return { domain: null, mark: null };
  const domain = registrableDomain(hostOf(address));
  return domain === null ? { domain: null, mark: "website-invalid" } : { domain, mark: null };
}

/** Host (punycode, lower case) of a website address; null when it is none. */
export const websiteHost = (text: string | null | undefined): string | null => toAscii(hostOf(clean(text)));

/** Scheme, host and path, none of them unusual. */
const plainAddress = /^(?:https?:\/\/)?([a-z0-9.-]+)(?:\/|$)/i;

function hostOf(address: string): string {
  const plain = plainAddress.exec(address)?.[1];
  if (plain !== undefined) return plain.toLowerCase();
  const rest = address.replace(/^[a-z][a-z0-9+.-]*:\/*/i, "").replace(/^\/+/, "");
  return (rest.split(/[/?#\s]/, 1)[0] ?? "").replace(/^.*@/, "").replace(/:\d*$/, "");
}

function clean(text: string | null | undefined): string {
  const given = text ?? "";
  // Nearly all are plain already, and every lead has some.
  const plain = /^[\x20-\x7e]*$/.test(given) ? given : given.normalize("NFKC").replace(/[\p{Cc}\p{Cf}]/gu, "");
  return plain.trim().slice(0, 500);
}

/** Position of the one `@` that parts name and domain; -1 when there is none or a second one outside quotes. */
function lastAt(address: string): number {
  const quoted = /^"(?:[^"\\]|\\.)*"@/.exec(address);
  const at = quoted === null ? address.indexOf("@") : quoted[0].length - 1;
  return address.indexOf("@", at + 1) === -1 ? at : -1;
}

/** The same hosts come again and again, and each takes the parsers several microseconds. */
export const registrableDomain = remembered(parseHost);

/** Of a host that DNS may hold, and no number at its end: whether it is one need not be asked again. */
const asHost = { allowPrivateDomains: true, extractHostname: false, validateHostname: false, detectIp: false };
const asText = { allowPrivateDomains: true };

function parseHost(host: string): string | null {
  const ascii = toAscii(host);
  if (ascii === null) return null;
  // An ending that the list does not know (a company's own network, a test) counts as one label; an IP address has none.
  return getDomain(ascii, plainHost.test(ascii) ? asHost : asText);
}

/** What the URL parser leaves as it is, and DNS may hold (RFC 1035): small letters, and no number at the end. */
const plainHost = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The URL parser turns IDN hosts into punycode, and refuses what can be no host. A dot at the end is DNS's way of saying
 * that a name is whole: it is the same host.
 */
function toAscii(text: string): string | null {
  if (plainHost.test(text) && !text.includes("xn--")) return text;
  const host = text.replace(/[.\u3002]+$/, "");
  if (!/^[^\s/?#@:\\]+$/.test(host) || !URL.canParse(`http://${host}/`)) return null;
  return new URL(`http://${host}/`).hostname;
}
