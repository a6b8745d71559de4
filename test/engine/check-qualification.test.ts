import { expect, test } from "@jest/globals";
import { Invalid } from "../../src/engine/invalid.ts";
import { parsePolicy } from "../../src/engine/parse-policy.ts";
import { policyFields } from "../../src/engine/policy-fields.ts";

const small = `name: small
qualifying_stage: marketingqualifiedlead
pools: [{ name: all, teams: [Sales] }]
waterfall: [all]
`;

/** `path: message` of each problem. */
function problemsOf(sections: string): string[] {
  try {
    parsePolicy(small + sections);
  } catch (error) {
    if (error instanceof Invalid) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const asked = "{ field: lead.isHandRaiser, operator: equals, value: true }";

test.each([
  [
    "own without rules",
    "qualification: { score: own }",
    'qualification.score: needs rules that give points: list them under "fit" or "engagement"',
  ],
  [
    "rules beside the CRM's score",
    `qualification: { fit: [{ name: a, when: ${asked}, points: 1 }] }`,
    'qualification.fit: gives no points while "score" is crm: make it own',
  ],
  [
    "a half-life of nothing",
    `qualification: { score: own, engagement: [{ name: a, when: ${asked}, points: 1, half_life: 7 }] }`,
    'qualification.engagement[0].half_life: needs "at": the field that holds the time of the act',
  ],
  [
    "an act that is none",
    "qualification: { score: own, engagement: [{ name: a, points: 1 }] }",
    'qualification.engagement[0]: needs "when" (a condition) or "per" (a field that counts)',
  ],
  [
    "a hand-raiser who is one because of it",
    `qualification: { hand_raiser: ${asked} }`,
    "qualification.hand_raiser: asks for lead.isHandRaiser, which is known only after it",
  ],
  [
    "a motion that asks for the motion",
    "motions: [{ name: a, when: { field: lead.motion, operator: equals, value: a } }]",
    "motions: asks for lead.motion, which is known only after it",
  ],
  [
    "a motion without a pick",
    `motions: [{ name: a, when: ${asked}, stages_off: [pick] }]`,
    'motions[0].stages_off[0]: "pick" cannot be switched off: it gives the lead to somebody',
  ],
  [
    "a stage that claims nothing",
    "override_human_owner: [language]",
    'override_human_owner[0]: "language" gives nobody a claim to the lead: only such stages belong here',
  ],
  [
    "a consent that stops nobody",
    "consent: { field: lead.crm.consent, granted: [yes] }",
    'consent: stops nobody: name what "refused" means, or "opt_in_countries"',
  ],
  [
    "a word for both",
    'consent: { field: lead.crm.consent, granted: ["yes"], refused: ["Yes"] }',
    'consent.refused[0]: "Yes" stands among what is granted as well',
  ],
  [
    "a field that is none",
    "minimum_fields: [lead.emial]",
    'minimum_fields[0]: "lead.emial" is no field that we know — did you mean "lead.email"?',
  ],
  [
    "every country",
    'residency: [{ countries: ["*"], teams: [Sales] }]',
    "residency[0].countries[0]: must be a country code of two capitals: name each country",
  ],
])("%s", (_, sections, problem) => {
  expect(problemsOf(sections)).toContain(problem);
});

test("just the fields that conditions, scores, consent, motions and dates name are read", () => {
  const policy = parsePolicy(`${small}
qualification:
  score: own
  content: { field: lead.crm.content, operator: known }
  fit: [{ name: a, when: { field: lead.industryName, operator: equals, value: software }, points: 10 }]
  engagement: [{ name: b, per: lead.crm.visits, points: 1, half_life: 7, at: lead.crm.visited_at }]
motions: [{ name: fair, when: { field: lead.crm.fair, operator: known } }]
consent: { field: lead.crm.consent, refused: ["no"] }
minimum_fields: [lead.crm.product]
stale_fields: { dated_by: { lead.employees: lead.crm.sized_at }, enriched: { lead.employees: { from: lead.crm.size, at: lead.crm.size_at } } }
`);
  const { crm, lead } = policyFields(policy);

  expect([crm, lead.includes("industry")]).toEqual([
    ["consent", "content", "fair", "product", "size", "size_at", "sized_at", "visited_at", "visits"],
    true,
  ]);
});
