import rules from "../../data/mailbox-rules.json" with { type: "json" };
import { emailParts } from "./domain.ts";

/**
 * What a provider takes for the same mailbox: the name ends at `tag`, signs in `ignored` do not count, and the domains of
 * one `mailboxAt` are one; null: each is its own.
 */
type MailboxRule = { tag: string; ignored: string; mailboxAt: string | null };

const ruleByDomain: ReadonlyMap<string, MailboxRule> = new Map(
  rules.entries.flatMap(({ domains, ...rule }) => domains.map((domain) => [domain, rule] as const)),
);

const otherwise: MailboxRule = { ...rules.otherwise, mailboxAt: null };

/**
 * The mailbox that an e-mail address reaches, in one spelling: lower case, without the tag and the signs that its provider
 * does not look at. Null for what cannot be an address.
 */
export function mailboxOf(email: string | null | undefined): string | null {
  const parts = emailParts(email);
  if (parts === null) return null;
  const rule = ruleByDomain.get(parts.host) ?? otherwise;
  const written = parts.local.toLowerCase();
  const [name = ""] = written.split(rule.tag, 1);
  const bare = [...name].filter((sign) => !rule.ignored.includes(sign)).join("");
  // "+sales@acme.com" has nothing before its tag: it is a name of its own.
  return `${bare === "" ? written : bare}@${rule.mailboxAt ?? parts.host}`;
}
