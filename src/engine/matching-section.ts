import { z } from "zod";
import { accountTieBreakers, domainOnlyModes, type Matching } from "./match/matching.ts";
import { accountField } from "./policy-shapes.ts";

const probability = z
  .number({ error: "must be a probability such as 0.95" })
  .min(0, { error: "must be a probability from 0 to 1, such as 0.95" })
  .max(1, { error: "must be a probability from 0 to 1, such as 0.95 for 95 %" });

const usual = { automatic: 0.95, review: 0.6 };

/** See `Matching`. The numbers are those of the default policy: below 0.95 a person is asked, below 0.6 nobody is. */
export const matchingSection = z
  .strictObject({
    automatic: probability.default(usual.automatic),
    review: probability.default(usual.review),
    domain_only: z.enum(domainOnlyModes).default("fallback"),
    second_proof: z.boolean().default(true),
    hierarchy: z.enum(["own", "top"]).default("own"),
    convert: z.boolean().default(false),
    tie_breakers: z.array(z.enum(accountTieBreakers)).default([...accountTieBreakers]),
    other_names: z.array(accountField).default([]),
  })
  .check(({ value: { automatic, review }, issues }) => {
    if (review <= automatic) return;
    // The one that was written: the other may be what counts where it is left out.
    const key = review === usual.review ? "automatic" : "review";
    issues.push({
      code: "custom",
      input: key === "review" ? review : automatic,
      path: [key],
      message: `\`automatic\` (${automatic}) is below \`review\` (${review}): from ${automatic} on an account is taken without asking, so nobody would ever be asked from ${review} on; write a \`review\` below \`automatic\` (where they are left out they are ${usual.review} and ${usual.automatic})`,
    });
  })
  .prefault({});

type Given = z.output<typeof matchingSection>;

export const toMatching = ({
  domain_only: domainOnly,
  second_proof: secondProof,
  tie_breakers: tieBreakers,
  other_names: otherNames,
  ...rest
}: { readonly [Key in keyof Given]: Readonly<Given[Key]> }): Matching => ({
  ...rest,
  domainOnly,
  secondProof,
  tieBreakers,
  otherNames: otherNames.map((field) => field.slice("account.crm.".length)),
});
