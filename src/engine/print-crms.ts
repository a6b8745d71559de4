import { listed } from "./in-words.ts";
import type { Policy } from "./policy.ts";

/** What a policy says of a workspace with several CRMs. */
export function crmLines({ ownerAuthority, byCrm }: Policy): string[] {
  const own = Object.entries(byCrm).flatMap(([crm, { qualifyingStage, dispositions, writes }]) => [
    ...(qualifyingStage === undefined ? [] : [`${crm}: its own stage ${qualifyingStage} is the one that counts.`]),
    ...(dispositions === undefined
      ? []
      : [
          `${crm}: ${dispositions.length === 0 ? "no status ends the work on a lead" : `a lead counts until its status is ${listed(dispositions, "or")}`}.`,
        ]),
    ...(writes === undefined ? [] : writtenIn(crm, writes)),
  ]);
  if (ownerAuthority === null) return own;
  return [`Who has a lead that several have stands in ${ownerAuthority}, and Baton writes it there alone.`, ...own];
}

/** What is written beside the owner. */
export const writeLines = ({ stage, status }: Policy["writes"]): string[] => [
  ...(stage === null ? [] : [`The stage ${stage}.`]),
  ...(status === null ? [] : [`The status ${status}.`]),
];

function writtenIn(crm: string, writes: Policy["writes"]): string[] {
  const lines = writeLines(writes);
  return [`${crm}: ${lines.length === 0 ? "Neither stage nor status is written." : lines.join(" ")}`];
}
