import { describe, expect, test } from "@jest/globals";
import rules from "../../../src/data/mailbox-rules.json" with { type: "json" };
import { mailboxOf } from "../../../src/engine/normalise/mailbox.ts";

describe("one mailbox, written differently", () => {
  test.each([
    ["capitals", "Jana.Muster@Acme.com", "jana.muster@acme.com"],
    ["a tag at a company", "jana+fair@acme.com", "jana@acme.com"],
    ["Gmail: dots", "j.a.n.a@gmail.com", "jana@gmail.com"],
    ["Gmail: a tag", "jana+trial.2@gmail.com", "jana@gmail.com"],
    ["Gmail: its old name", "ja.na+x@googlemail.com", "jana@gmail.com"],
    ["Outlook.com: a tag", "jana.muster+x@outlook.com", "jana.muster@outlook.com"],
    ["Hotmail: a tag", "jana+x@hotmail.co.uk", "jana@hotmail.co.uk"],
    ["iCloud: three domains", "jana+x@me.com", "jana@icloud.com"],
    ["Proton: dots, hyphens, underscores", "ja.na_mu-ster@protonmail.com", "janamuster@proton.me"],
    ["Fastmail: a tag", "jana+x@fastmail.fm", "jana@fastmail.fm"],
    ["Yahoo: its tag begins with a hyphen", "jana-shop@yahoo.co.uk", "jana@yahoo.co.uk"],
    ["Yandex: one mailbox in all countries", "jana+x@ya.ru", "jana@yandex.ru"],
    ["an umlaut domain", "jana@müller.example", "jana@xn--mller-kva.example"],
    ["blanks and unseen signs around it", " \u200bjana@acme.com ", "jana@acme.com"],
  ])("%s", (_what, written, mailbox) => {
    expect(mailboxOf(written)).toBe(mailbox);
  });
});

describe("two mailboxes", () => {
  test.each([
    ["dots at a company count", "ja.na@acme.com", "jana@acme.com"],
    ["dots at Outlook.com count", "ja.na@outlook.com", "jana@outlook.com"],
    ["a hyphen elsewhere is no tag", "anna-lena@acme.com", "anna@acme.com"],
    ["a hyphen at Gmail is no tag", "anna-lena@gmail.com", "anna@gmail.com"],
    ["a plus at Yahoo is no tag", "anna+lena@yahoo.com", "anna@yahoo.com"],
    ["a subdomain is another server", "jana@mail.acme.com", "jana@acme.com"],
    ["one provider's countries", "jana@yahoo.de", "jana@yahoo.fr"],
    ["nothing but a tag", "+sales@acme.com", "+news@acme.com"],
  ])("%s", (_what, one, other) => {
    expect(mailboxOf(one)).not.toBe(mailboxOf(other));
    expect(mailboxOf(one)).not.toBeNull();
  });
});

test.each([null, undefined, "", "jana", "@acme.com", "a@b@c", "jana@"])("%p is no address", (written) => {
  expect(mailboxOf(written)).toBeNull();
});

test("each domain has one rule, and each rule says where it comes from", () => {
  const domains = rules.entries.flatMap((entry) => entry.domains);
  expect(domains).toEqual([...new Set(domains)]);
  expect(rules.entries.filter(({ source }) => !source.startsWith("https://"))).toEqual([]);
});
