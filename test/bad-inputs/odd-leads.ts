import fc from "fast-check";

const letters = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "\u0000",
    "\ud83e",
    "\udd84 x",
    "\u202e",
    "🦄",
    "x".repeat(60_000),
    "=1+1",
    "<b>",
    "{{1}}",
    "__proto__",
  ),
);
const digits = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.bigInt().map(String),
  fc.constantFrom("NaN", "1e400", "1,000+", "51-200", "-0", " 7 ", "٣", "0x10"),
);
const moments = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.integer({ min: -9e15, max: 9e15 }).map(String),
  fc.constantFrom("0000-00-00", "0000-01-01T00:00:00.000Z", "2026-02-30", "2026-11-17", "12/31/99", "today"),
);
const domains = fc.oneof(
  fc.domain(),
  letters,
  fc.constantFrom("borealis.example", "bücher.example", "gmail.com", "twin.example.", "[::1]", "xn--", "a..b", "com"),
);
const emails = fc.oneof(
  fc.emailAddress(),
  fc.tuple(letters, domains).map(([name, domain]) => `${name}@${domain}`),
  letters,
);
const countries = fc.oneof(letters, fc.constantFrom("USA", "us ", "Deutschland", "DE", "Narnia", "ZZ"));
const owners = fc.constantFrom("101", "401", "999999", "0", "abc", " 101");
const any = fc.oneof(letters, digits, moments);

/** Properties of a contact as no form of today would take them: of any kind, at most a handful of them at once. */
export const oddLead: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    email: emails,
    website: fc.oneof(
      domains,
      domains.map((domain) => `https://${domain}/x`),
    ),
    country: countries,
    state: letters,
    firstname: letters,
    lastname: letters,
    company: letters,
    phone: any,
    hubspotscore: digits,
    numemployees: digits,
    annualrevenue: any,
    hubspot_owner_id: owners,
    associatedcompanyid: fc.constantFrom("5001", "6006", "999999"),
    hs_merged_object_ids: fc.array(fc.nat().map(String)).map((ids) => ids.join(";")),
    hs_lead_status: any,
    hs_latest_source: any,
    recent_conversion_event_name: letters,
    recent_conversion_date: moments,
    hs_analytics_last_timestamp: moments,
    hs_analytics_num_page_views: digits,
    hs_analytics_first_url: any,
    hs_v2_date_entered_marketingqualifiedlead: moments,
    hs_lifecyclestage_marketingqualifiedlead_date: moments,
    baton_do_not_route: any,
    baton_tier: any,
    constructor: letters,
  },
  { requiredKeys: [] },
);
