import { describe, expect, test } from "@jest/globals";
import { decide } from "../../../src/engine/decide.ts";
import { readGoldens } from "../../../src/engine/golden/read-goldens.ts";
import { recordGolden } from "../../../src/engine/golden/record-golden.ts";
import { runGoldens } from "../../../src/engine/golden/run-goldens.ts";
import { NotExpressible } from "../../../src/engine/golden/scrub/scrub.ts";
import type { Snapshot } from "../../../src/engine/snapshot.ts";
import {
  aLead,
  aMatch,
  anOpportunity,
  aPolicy,
  aRep,
  aShared,
  aState,
  shippedText,
  someFacts,
} from "../../builders.ts";
import { randomWorld } from "../random-world.ts";

const decisionOf = ({ shared, facts, state }: Snapshot) => decide(shared, facts, state).decision;

const recorded = (snapshot: Snapshot): string =>
  recordGolden(snapshot, {
    ...{ id: "d1", decidedAt: snapshot.shared.now, policyVersion: 3 },
    decision: decisionOf(snapshot),
  });

/** Each lead of a world, decided after the ones before it. */
function snapshotsOf(seed: number): Snapshot[] {
  const { shared: unsorted, leads, state } = randomWorld(seed);
  // As every roster of a server is.
  const shared = { ...unsorted, reps: [...unsorted.reps].sort((a, b) => (a.id < b.id ? -1 : 1)) };
  let before = state;
  return leads.map((facts) => {
    const snapshot = { shared, facts, state: before };
    before = decide(shared, facts, before).state;
    return snapshot;
  });
}

// The recorder itself reads what it wrote and refuses a step that comes out otherwise.
test.each([0, 40, 80, 120, 160])("the leads of 40 random worlds from %i on come out as they did", (from) => {
  for (let seed = from; seed < from + 40; seed += 1)
    for (const snapshot of snapshotsOf(seed)) {
      const { outcome, marks } = decisionOf(snapshot);
      const leadId = outcome.kind === "followed" ? { leadId: expect.stringMatching(/^earlier-lead-/) } : {};
      expect(JSON.parse(recorded(snapshot))).toMatchObject({
        recorded: true,
        outcome: { ...outcome, ...leadId },
        marks,
      });
    }
});

const jana = {
  email: "jana.wunderlich@mail.quastenberg.de",
  firstName: "Jana",
  lastName: "Wunderlich",
  jobTitle: "Leiterin Zaubertrank",
  company: "Quastenberg Maschinen GmbH",
  website: "https://www.quastenberg.de/team/wunderlich",
  phone: "0151 62234455",
  city: "Quedlinburg",
  postalCode: "06484",
  conversion: "Demo request of Wunderlich",
  conversionAt: "2026-11-19T10:00:00Z",
  firstPage: "https://shop.zzexample.com/?mail=jana.wunderlich",
  lastPage: "https://shop.zzexample.com/pricing?for=quastenberg",
  sourceDetail: "campaign wunderlich",
  source: "Met Jana at a fair",
  industry: "Wunderlich's sort of machinery",
  employees: "about 200, says Wunderlich",
  "crm.private_note": "call Wunderlich at home",
  "crm.baton_contact_consent": "granted",
};

/** Nothing of these may stand in a file, whatever the case. */
const theirs =
  /wunderlich|jana|quastenberg|zaubertrank|62234455|quedlinburg|06484|zzexample|campaign|fair|home|pressen|4711|9001|5005|3003|rep's|oskar/i;

const aSnapshot = (parts: Partial<Snapshot["facts"]> = {}, lead: Partial<ReturnType<typeof aLead>> = {}): Snapshot => ({
  shared: aShared({
    reps: ["rep-a", "rep-b", "rep-c"].map((id) => aRep({ id, userId: "3003", name: `Oskar ${id}` })),
  }),
  facts: someFacts({ lead: aLead({ id: "4711", ...lead, fields: { ...jana, ...lead.fields } }), ...parts }),
  state: aState({ credits: { dach: { "rep-a": -0.5, "rep-b": 0.25, "rep-c": 0.25 } }, load: { "rep-a": 3 } }),
});

const matched = () =>
  aMatch(
    { id: "9001", name: "Quastenberg Maschinen", domains: ["quastenberg.de", "quastenberg.com"], postalCode: "06484" },
    { evidence: "quastenberg.de", rivals: [{ accountId: "9002", because: "has-no-owner" }] },
  );

const samples: readonly [string, Snapshot][] = [
  ["of an unknown company", aSnapshot()],
  ["at a free mailer", aSnapshot({}, { fields: { email: "Jana.Wunderlich+quastenberg@gmail.com" } })],
  [
    "with broken texts",
    aSnapshot({}, { fields: { email: "jana@wunderlich@x", phone: "ask Jana", country: "Wunderlich" } }),
  ],
  [
    "who writes of herself where others choose from a list",
    aSnapshot(
      { match: aMatch({ ...matched().account, state: "near Quedlinburg" }, { evidence: "quastenberg.de" }) },
      { fields: { state: "Quedlinburg, ask for Jana", language: "de-Wunderlich", employees: "0151 62234455" } },
    ),
  ],
  ["who asked for a demo", aSnapshot({}, { fields: { score: "95", engagedAt: "2026-11-19T10:00:00Z" } })],
  ["of an account", aSnapshot({ match: matched() })],
  [
    "with an open deal",
    aSnapshot({
      match: matched(),
      opportunities: [anOpportunity({ id: "5005", name: "Pressen for Jana", accountIds: ["9001"] })],
    }),
  ],
  ["with an earlier lead", aSnapshot({ earlierLeads: [{ leadId: "4710", by: "email" }] })],
];

describe("a person", () => {
  test.each(samples)("%s is not to be recognised, and the file passes", (_, snapshot) => {
    const text = recorded(snapshot);
    expect(text.match(theirs)).toBeNull();
    const { goldens, problems } = readGoldens([{ path: "recorded/d1.json", text }], shippedText);
    expect(problems).toEqual([]);
    expect(runGoldens(goldens).map(({ differences }) => differences)).toEqual([[]]);
    expect(recorded(snapshot)).toBe(text);
  });

  test("keeps the class of the address, the one domain of the account and the country of the phone", () => {
    const [own, free] = [aSnapshot({ match: matched() }), samples[1]?.[1] ?? aSnapshot()].map((each) =>
      JSON.parse(recorded(each)),
    );
    expect(own.given.fields).toMatchObject({ email: "sample@sample-1.example", website: "https://sample-1.example/" });
    expect(own.given.account.domains).toEqual(["sample-1.example", "sample-2.example"]);
    expect(own.given.match.evidence).toBe("sample-1.example");
    expect(own.given.fields.company).toBe(own.given.account.name);
    expect(own.given.fields.phone).toMatch(/^\+49/);
    expect(free.given.fields.email).toBe("sample@gmail.com");
  });

  test("keeps the words that a condition looks for, and no others", () => {
    const looked = {
      field: "lead.jobTitle",
      operator: "matches",
      value: "\\bzauber(trank|er)\\b|zaubertrank$",
    } as const;
    const snapshot = aSnapshot();
    const policy = aPolicy({ gates: [{ name: "magic", when: looked, because: "magic" }] });
    const { given, outcome } = JSON.parse(recorded({ ...snapshot, shared: { ...snapshot.shared, policy } }));
    expect(outcome).toEqual({ kind: "stopped", because: "magic" });
    expect(given.fields.jobTitle).toBe("zaubertrank");
    expect(given.fields.conversion).not.toMatch(/wunderlich/i);
  });

  test("whose text itself decides is refused, by the name of the field", () => {
    const looked = { field: "lead.jobTitle", operator: "matches", value: "^.{20}$" } as const;
    const snapshot = aSnapshot();
    const policy = aPolicy({ gates: [{ name: "twenty", when: looked, because: "twenty" }] });
    expect(() => recorded({ ...snapshot, shared: { ...snapshot.shared, policy } })).toThrow(
      /nothing else could stand for lead.jobTitle/,
    );
  });
});

describe("a field of the account that holds a customer-success manager", () => {
  const csm = "account.crm.csm";
  const of = (text: string, when: ReturnType<typeof lineOf>, customerSuccess: string | null = csm): Snapshot => {
    const snapshot = aSnapshot({ match: aMatch({ isCustomer: true, ownerId: "rep-b", crm: { csm: text } }) });
    const policy = aPolicy({ customerSuccess, tiers: [{ tier: "T1", because: "csm", when }, ...aPolicy().tiers] });
    return { ...snapshot, shared: { ...snapshot.shared, policy } };
  };
  const lineOf = (operator: "known" | "equals" | "contains" | "within_days", value: string | number | null) => ({
    field: csm,
    operator,
    value,
  });
  const writtenOf = (snapshot: Snapshot): string => JSON.parse(recorded(snapshot)).given.account.crm.csm;

  test.each<[what: string, snapshot: Snapshot, written: string]>([
    ["a rep by their name, who is named by their id", of("Oskar rep-a", lineOf("known", null)), "rep-a"],
    ["a rep whose name a condition asks for", of("Oskar rep-a", lineOf("equals", "Oskar rep-a")), "Oskar rep-a"],
    ["a part of a name", of("Oskar rep-a", lineOf("contains", "Oskar"), null), "oskar"],
    ["somebody who is no rep", of("Jana Wunderlich", lineOf("known", null)), "Sample"],
    [
      "a time with an offset",
      of("2026-11-19T10:00:00.000+0100", lineOf("within_days", 30), null),
      "2026-11-19T10:00:00.000+0100",
    ],
  ])("%s", (_what, snapshot, written) => {
    expect(writtenOf(snapshot)).toBe(written);
  });
});

test("reps keep their ids, and their names only where the policy has them; who has no part in it is left out", () => {
  const snapshot = aSnapshot();
  const policy = aPolicy({ reps: { "Oskar rep-b": { ...aPolicy().repDefaults, weight: 2 } } });
  const away = aRep({ id: "rep-z", name: "Oskar rep-z", teams: ["Elsewhere"] });
  const shared = { ...snapshot.shared, policy, reps: [...snapshot.shared.reps, away] };
  const { world } = JSON.parse(recorded({ ...snapshot, shared }));
  expect(world.reps.map(({ id, name }: { id: string; name: string }) => [id, name])).toEqual([
    ["rep-a", "Rep rep-a"],
    ["rep-b", "Oskar rep-b"],
    ["rep-c", "Rep rep-c"],
  ]);
});

test("a decision that this release makes otherwise is refused", () => {
  const snapshot = aSnapshot();
  const decision = { ...decisionOf(snapshot), outcome: { kind: "stopped", because: "competitor" } as const };
  const record = { id: "d1", decidedAt: snapshot.shared.now, policyVersion: 1, decision };
  expect(() => recordGolden(snapshot, record)).toThrow(NotExpressible);
});
