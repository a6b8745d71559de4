import type { Found, Lint } from "./finding.ts";

/** Less likely than not: whoever takes such accounts is wrong more often than right. */
const leastAutomatic = 0.5;
/** A conversion has no way back. */
const leastToConvert = 0.95;
/** Of so unlikely accounts reviewers refuse nearly all. */
const leastReview = 0.2;

/** Probabilities of `matching` by which leads get wrong accounts, or none, or reviewers are asked in vain. */
export const matchingBounds: Lint = {
  severity: "warning",
  label: "a probability of `matching` by which accounts are mostly wrong, never taken, or asked about in vain",
  find({ policy: { matching } }) {
    const { automatic, review } = matching;
    const found: Found[] = [];
    const tell = (key: "automatic" | "review" | "convert", message: string, severity?: Found["severity"]): void => {
      const rules = [`matching, ${key}`];
      found.push({ message, rules, witness: null, ...(severity === undefined ? {} : { severity }) });
    };
    if (automatic < leastAutomatic)
      tell(
        "automatic",
        `matching takes an account without asking from ${automatic} on: ${automatic === 0 ? "any that has anything in common with the lead, however unlikely it is" : "one that is likelier wrong than right"}, and its owner gets the lead; write 0.95 for \`automatic\`, or 0.9 to have more taken and a few of them wrong`,
        "error",
      );
    if (automatic === 1 && matching.domainOnly !== "always")
      tell(
        "automatic",
        `matching takes an account without asking at \`automatic\` 1 alone, and nothing is certain: hardly any lead finds its account by itself, and reviewers are asked from \`review\` ${review} on; write 0.95, or 0.99 to be careful`,
      );
    if (matching.convert && automatic < leastToConvert)
      tell(
        "convert",
        `matching takes an account without asking from ${automatic} on and converts the lead into a contact of it, which nobody can undo: of twenty such leads more than one may become a contact of a wrong account; write 0.95 or more for \`automatic\`, or leave \`convert\` out`,
      );
    if (matching.convert && matching.domainOnly === "always")
      tell(
        "convert",
        "matching converts the lead into a contact of whoever has its domain, whatever company the lead names, and nobody can undo that; write `domain_only: fallback`, or leave `convert` out",
      );
    if (review < leastReview && review < automatic)
      tell(
        "review",
        `matching asks a reviewer from \`review\` ${review} on: ${review === 0 ? "about every lead that has anything in common with an account" : "about accounts that are hardly likely"}, and nearly all of that is answered no; write 0.6, or 0.3 to be asked more`,
      );
    if (review === automatic && automatic >= leastAutomatic)
      tell(
        "review",
        `\`review\` and \`automatic\` of matching are both ${review}: nobody is asked about accounts that are less likely, and their leads have none; write a lower \`review\` where somebody is to be asked`,
        "note",
      );
    return found;
  },
};
