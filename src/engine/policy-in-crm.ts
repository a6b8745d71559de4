import type { Policy } from "./policy.ts";
import type { Shared } from "./snapshot.ts";

/** By a policy, its form for the leads of each CRM: whoever remembers what he made of it finds it again. */
const forms = new WeakMap<Policy, Map<string, Policy>>();

/** A policy as it is for the leads of one CRM: with that one's own stage, dispositions and writes where it names some. */
export function policyInCrm(policy: Policy, crm: string | undefined): Policy {
  if (crm === undefined) return policy;
  const own = Object.hasOwn(policy.byCrm, crm) ? policy.byCrm[crm] : undefined;
  if (own === undefined) return policy;
  const known = forms.get(policy) ?? new Map<string, Policy>();
  forms.set(policy, known);
  const form = known.get(crm) ?? { ...policy, ...own };
  known.set(crm, form);
  return form;
}

/** What leads of a batch shared, as it was stored, with its policy. */
export function withPolicy<S extends Pick<Shared, "crm">>(stored: S, policy: Policy): S & Pick<Shared, "policy"> {
  return { ...stored, policy: policyInCrm(policy, stored.crm) };
}
