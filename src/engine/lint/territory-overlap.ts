import { spansOverlap } from "../normalise/postal-code.ts";
import type { Territory } from "../policy.ts";
import { accountKey } from "../prepare.ts";
import type { Found, Lint, LintInput } from "./finding.ts";
import { routableLead } from "./routable-lead.ts";
import { show } from "./show.ts";
import { leadWith } from "./witness.ts";

/** Two territories that both cover a place, neither more closely than the other: the first of them gets all. */
export const territoryOverlap: Lint = {
  severity: "error",
  label: "two territories that both cover a place",
  find(input) {
    const { territories, stages } = input.policy;
    if (!stages.includes("territory")) return [];
    return territories.flatMap((later, at) =>
      territories.slice(0, at).flatMap((earlier): Found[] => {
        const place = sharedPlace(earlier, later);
        return place === null ? [] : [foundOf(input, { earlier, later, place })];
      }),
    );
  },
};

type Place = {
  words: string;
  country: string | null;
  state: string | null;
  postalCode: string | null;
  account: string | null;
};

const nowhere = { country: null, state: null, postalCode: null, account: null };

function sharedPlace(a: Territory, b: Territory): Place | null {
  const account = b.accounts.find((name) => a.accounts.some((other) => accountKey(other) === accountKey(name)));
  if (account !== undefined) return { ...nowhere, words: `the account ${account}`, account };
  const country = b.countries.find((code) => a.countries.includes(code));
  if (country === undefined) return null;
  for (const span of b.postalCodes) {
    const other = a.postalCodes.find((candidate) => spansOverlap(candidate, span));
    if (other === undefined) continue;
    const postalCode = [span.from, other.from].sort().at(-1) ?? span.from;
    return { ...nowhere, words: `the postal codes ${postalCode}… of ${country}`, country, postalCode };
  }
  const state = b.states.find((name) => a.states.includes(name));
  if (state !== undefined) return { ...nowhere, words: `${state} in ${country}`, country, state };
  const isWhole = [a, b].every(({ states, postalCodes }) => states.length + postalCodes.length === 0);
  return isWhole ? { ...nowhere, words: country === "*" ? "every other country" : country, country } : null;
}

function foundOf(
  input: LintInput,
  { earlier, later, place }: { earlier: Territory; later: Territory; place: Place },
): Found {
  const lead = routableLead(input);
  const code = place.postalCode === null ? null : place.postalCode.padEnd(5, "0");
  const country = place.country === "*" ? null : place.country;
  const values = new Map<string, string | null>([
    ["lead.country", country],
    ["lead.state", place.state],
    ["lead.postalCode", code],
    ...(place.account === null ? [] : [["account.name", place.account] as const]),
  ]);
  return {
    message: `the territories "${earlier.name}" and "${later.name}" both cover ${place.words}: "${earlier.name}", the first of them, gets all of it`,
    rules: [`territory "${earlier.name}"`, `territory "${later.name}"`],
    witness: lead === null ? null : show(input, leadWith(lead, values)),
  };
}
