import { listed } from "../in-words.ts";
import { didYouMean } from "../suggest.ts";
import type { Found, Lint } from "./finding.ts";

/** Which of several CRMs says who owns a lead must be said, and what is named must be linked. */
export const crmsNamed: Lint = {
  severity: "error",
  label: "no owner authority among several CRMs, or a CRM that is not linked",
  find({ policy: { ownerAuthority, byCrm }, crms = [] }) {
    if (crms.length === 0) return [];
    const linked = listed([...crms]);
    const found = (rule: string, message: string): Found => ({ message, rules: [rule], witness: null });
    const others = Object.keys(byCrm).filter((crm) => !crms.includes(crm));
    return [
      ...(crms.length > 1 && ownerAuthority === null
        ? [
            found(
              "owner_authority",
              `owner_authority is missing: the workspace has ${linked}; name the one whose records say who has a lead`,
            ),
          ]
        : []),
      ...(ownerAuthority !== null && !crms.includes(ownerAuthority)
        ? [
            {
              ...found("owner_authority", `owner_authority names ${notLinked(ownerAuthority, crms)}`),
              // The other one may be linked soon; until then there is but one to ask.
              severity: crms.length > 1 ? ("error" as const) : ("warning" as const),
            },
          ]
        : []),
      ...others.map((crm) => ({
        ...found("by_crm", `by_crm names ${notLinked(crm, crms)}`),
        severity: "warning" as const,
      })),
    ];
  },
};

const notLinked = (crm: string, crms: readonly string[]): string =>
  `${crm}, which is not linked${didYouMean(crm, crms)}; the workspace has ${listed([...crms])}`;
