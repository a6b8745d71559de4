import { linesOf, type Policy } from "../policy.ts";
import { sourceOf } from "./line-key.ts";
import { ruleLists } from "./rule-lists.ts";
import { spellOut } from "./spell-out.ts";

/** Where a lead is, whatever a finding is about. */
const place = ["lead.country", "lead.state", "lead.postalCode"];

/** The fields that matter to a finding about these parts of the policy: those that their conditions ask for, then the place. */
export function fieldsAbout(parts: readonly string[], policy: Policy): string[] {
  const lists = ruleLists(spellOut(policy));
  const asked = parts.flatMap((part) => {
    if (part.startsWith("segment ")) return ["lead.employees"];
    if (part.startsWith("language ")) return ["lead.language"];
    const whens = lists.flatMap(({ section, rules }) =>
      rules.flatMap(({ name, when }) => (name === part || section === part ? [when] : [])),
    );
    return whens.flatMap(linesOf).map(({ field }) => sourceOf(field));
  });
  return [...new Set([...asked, ...place])];
}
