import { createHmac } from "node:crypto";
import type { Request } from "../request.ts";
import { accepted, type DoorRow, refused } from "./row.ts";

/** 18 characters each; the first one's 15 are its beginning. */
export const orgs = {
  a: "00D5g0000012345EAA",
  b: "00D5g0000067890EAA",
  paused: "00D5g00000pauseEAA",
  removed: "00D5g00000goneXEAQ",
};

const unknownOrg = "00D5g00000other"; // of nobody
export const clientSecret = "outbound-secret";

/** The address as the README tells it to be made, written a second time. */
export const addressOf = (orgId: string): string =>
  `/salesforce/outbound/${createHmac("sha256", clientSecret).update(`outbound messages of ${orgId}`).digest("base64url")}`;

const lead = "00Q5g00000lead1EAA";

type Message = { org?: string; notifications?: number; head?: string; status?: string; fields?: string };

/** The wire shape of salesforce.md §1.5. */
export function message({ org = orgs.a, notifications = 1, head = "", status = "MQL", fields }: Message = {}): string {
  const record = fields ?? `<sf:Id>${lead}</sf:Id><sf:Status>${status}</sf:Status>`;
  const each = (nth: number) =>
    `<Notification><Id>04l5g00000${String(nth).padStart(5, "0")}</Id><sObject xsi:type="sf:Lead" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${record}</sObject></Notification>`;
  return [
    head,
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    '<soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">',
    `<OrganizationId>${org}</OrganizationId><ActionId>04k5g0000000001AAA</ActionId><SessionId xsi:nil="true"/>`,
    ...Array.from({ length: notifications }, (_, nth) => each(nth)),
    "</notifications></soapenv:Body></soapenv:Envelope>",
  ].join("");
}

export const posted = (body: string, target = addressOf(orgs.a), contentType = "text/xml; charset=utf-8"): Request => ({
  ...{ method: "POST", target, body: Buffer.from(body) },
  headers: [
    ["content-type", contentType],
    ["soapaction", '""'],
  ],
});

const stored = `${orgs.a}: lead ${lead}`;
const acknowledged = { ...accepted(stored), status: 200 };
const wrongAddress = refused(401, "wrong-address");
const noMessage = refused(401, "no-message");

/** Salesforce's outbound messages [401, nothing stored]. */
export const outboundRows: readonly DoorRow[] = [
  [
    "B031 unknown OrganizationId",
    {
      "at the address of another": [posted(message({ org: unknownOrg })), wrongAddress],
      "another installed one": [posted(message({ org: orgs.b })), wrongAddress],
      none: [posted(message({ org: "" })), noMessage],
      "that is no id": [posted(message({ org: "00D5g0000012345AAA" })), noMessage],
    },
  ],
  [
    "B032 known org, wrong secret path",
    {
      "of another org": [posted(message(), addressOf(orgs.b)), wrongAddress],
      "cut short": [posted(message(), addressOf(orgs.a).slice(0, -1)), wrongAddress],
      "with a query": [posted(message(), `${addressOf(orgs.a)}?a=1`), wrongAddress],
      // What is at no address of its organization is not parsed: that takes time, which an attacker would have for nothing.
      "a document that is none": [posted(`${message()}<`, addressOf(orgs.b)), wrongAddress],
      "in another case": [posted(message(), addressOf(orgs.a).replace(/[a-z]$|[A-Z]$/, "_")), wrongAddress],
    },
  ],
  [
    "B033 15- and 18-character org ids are one org, and what Salesforce sent passes",
    {
      "18": [posted(message()), acknowledged],
      "15": [posted(message({ org: orgs.a.slice(0, 15) })), acknowledged],
      "a hundred notifications": [posted(message({ notifications: 100 })), acknowledgedTimes(100)],
      "characters that XML escapes": [posted(message({ status: "A &amp; B &lt;1&gt;" })), acknowledged],
    },
  ],
  [
    "B034 document type and external entity",
    {
      "a document type alone": [posted(message({ head: "<!DOCTYPE a>" })), noMessage],
      "an external entity": [
        posted(message({ head: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', status: "&x;" })),
        noMessage,
      ],
      "an entity that nobody declared": [posted(message({ status: "&x;" })), noMessage],
      "an entity of HTML": [posted(message({ status: "&eacute;" })), noMessage],
    },
  ],
  [
    "B035 billion laughs",
    {
      "": [posted(message({ head: laughs(), status: "&l9;" })), noMessage],
      "elements without end": [posted(`${"<a>".repeat(50_000)}`), noMessage],
    },
  ],
  [
    "B035 an organization in front of the message's own",
    {
      "in a comment": [
        posted(message({ org: orgs.b, head: `<!--<OrganizationId>${orgs.a}</OrganizationId>-->` })),
        wrongAddress,
      ],
    },
  ],
  ["B036 101 notifications", { "": [posted(message({ notifications: 101 })), noMessage] }],
];

function acknowledgedTimes(count: number) {
  return { ...acknowledged, stored: Array.from({ length: count }, () => stored) };
}

function laughs(): string {
  const entities = Array.from({ length: 9 }, (_, nth) => `<!ENTITY l${nth + 1} "${`&l${nth};`.repeat(10)}">`);
  return `<!DOCTYPE a [<!ENTITY l0 "lol">${entities.join("")}]>`;
}
