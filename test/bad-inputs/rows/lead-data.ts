import { expect } from "@jest/globals";
import { scale } from "../../faults/scale.ts";
import type { OddPortal } from "../portal.ts";
import { type CrmRow, decided, german, qualified, says, toAccountOwner, toDach } from "./crm-row.ts";

/** CRM data oddities [decided or parked with reason, never crash]: what a lead itself holds. */
export const leadRows: readonly CrmRow[] = [
  ["B183 no email", qualified({}), [{ ...toDach, told: says("no e-mail address") }]],
  [
    "B184 two @",
    qualified({ email: "kim@corp@borealis.example" }),
    [{ ...toDach, told: says("an e-mail address that cannot be one") }],
  ],
  [
    "B185 quoted local part",
    qualified({ email: '"kim @ \\"home\\""@borealis.example' }),
    [{ ...decided, owner: "101", reason: "Anna Rep101: owns the account" }],
  ],
  [
    "B186 IDN and punycode domain are one",
    qualified(
      { email: "kim.a@bücher.example" },
      { email: "kim.b@xn--bcher-kva.example" },
      { email: "kim.c@BÜCHER.example" },
      { email: "kim.d@xn--mller-kva.example" },
      { email: "kim.e@mu\u0308ller.example" },
    ),
    [toAccountOwner, toAccountOwner, toAccountOwner, toAccountOwner, toAccountOwner],
  ],
  [
    "B187 free-mail domain, though a company has it",
    qualified({ email: "kim@gmail.com" }),
    [{ ...toDach, told: says("a free-mail address, and nothing that tells enough of its company") }],
  ],
  [
    "B188 trailing dot domain",
    qualified(
      { email: "kim.f@trailing.example" },
      { email: "kim.g@xn--mller-kva.example." },
      { website: "https://www.trailing.example./team" },
      { email: "kimberly@gmail.com." },
      // A profile on a network is no sign of that network's own company, with the dot as without it.
      { website: "https://www.linkedin.com./in/kim" },
    ),
    [
      toAccountOwner,
      toAccountOwner,
      toAccountOwner,
      { ...toDach, told: says("a free-mail address, and nothing that tells enough of its company") },
      { ...toDach, told: says("a website on a platform, and nothing that tells enough of its company") },
    ],
  ],
  [
    'B189 country "USA", "U.S.", "us "',
    qualified(
      { country: "USA" },
      { country: "U.S." },
      { country: "us " },
      // Not one of these is in any list of names as it stands.
      { country: "U.S.A" },
      { country: "US." },
      { country: "the U.S" },
    ),
    Array.from({ length: 6 }, () => ({ ...decided, owner: "501", reason: says("territory north-america") })),
  ],
  [
    'B190 employees "1,000+"',
    qualified({ numemployees: "1,000+" }, { numemployees: "1,000" }),
    [{ ...decided, owner: "601", reason: says("segment enterprise") }, toDach],
  ],
  [
    "B191 owner id deleted",
    qualified({ hubspot_owner_id: "999999" }, { hubspot_owner_id: "abc" }, { email: "kim@ghost.example" }),
    [
      { ...toDach, told: says("its owner is not active any more") },
      { ...toDach, told: says("its owner is not active any more") },
      { ...toDach, told: says("its owner is not active any more") },
    ],
  ],
  [
    'B195 date "0000-00-00"',
    (portal) => [portal.qualifyOdd({ ...german, ...dates("0000-00-00") }), stagedOn(portal, "0000-00-00")],
    [toDach, toDach],
  ],
  [
    "B200 emoji-only name",
    qualified(
      { firstname: "🦄", lastname: "🎉🎉", company: "🏭" },
      { firstname: "👩‍👩‍👧".repeat(100), lastname: "🏴󠁧󠁢󠁥󠁮󠁧󠁿" },
      { firstname: "\ud83e", lastname: "\udd84\u0000" },
      // The account's name is half an emoji and a NUL, which no database takes.
      { email: "kim@unicorn.example" },
    ),
    [toDach, toDach, toDach, toAccountOwner],
  ],
  [
    'B201 score "NaN"',
    qualified({ hubspotscore: "NaN" }, { hubspotscore: "Infinity" }, { hubspotscore: "1e999" }),
    Array.from({ length: 3 }, () => ({ ...toDach, told: says("a score that is no number") })),
  ],
  [
    "B202 timestamp in year 9999",
    (portal) => [
      portal.qualifyOdd({ ...german, ...dates("253402300799999") }),
      portal.qualifyOdd({ ...german, ...dates("9999-12-31T23:59:59.999Z") }),
      stagedOn(portal, "253402300799999"),
      // A millisecond later, and the last that JavaScript knows.
      portal.qualifyOdd({ ...german, ...dates("253402300800000") }),
      stagedOn(portal, "253402300800000"),
      stagedOn(portal, "8640000000000000"),
      stagedOn(portal, "-62198755200000"),
    ],
    [toDach, toDach, toDach, toDach, toDach, toDach, toDach],
  ],
  [
    "B203 negative revenue",
    qualified(
      { annualrevenue: "-5000000", numemployees: "-5" },
      { annualrevenue: "5000000" },
      { email: "kim@shrunk.example" },
    ),
    [
      { ...toDach, told: expect.stringMatching(/T3 \(moderate\)(?:.|\n)*a number of employees that is none/) },
      { ...toDach, told: says("T2 (warm)") },
      { ...toDach, told: says("no number of employees") },
    ],
  ],
];

/** The last of them: the same person over and over. HubSpot keeps e-mails unique, an import of long ago need not have. */
export const sameEmailRows: readonly (readonly [title: string, leads: number])[] = [
  ["B204 10,000 leads with one identical email", scale(300, 10_000)],
];

const dates = (value: string) => ({
  recent_conversion_date: value,
  hs_analytics_last_timestamp: value,
  hs_sales_email_last_replied: value,
});

/** A contact that entered the stage then, as HubSpot itself says. */
function stagedOn(portal: OddPortal, value: string): string {
  const id = portal.qualifyOdd(german);
  const stage = "marketingqualifiedlead";
  portal.hold(id, { [`hs_v2_date_entered_${stage}`]: value, [`hs_lifecyclestage_${stage}_date`]: value });
  return id;
}
