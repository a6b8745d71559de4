import { buildBase } from "./build-base.ts";
import type { DomainClasses } from "./domain-forms.ts";
import type { AccountEntry } from "./entries.ts";
import { hashText } from "./hash.ts";
import { type LabelledLead, type Prepared, prepareLead } from "./learn.ts";
import { madeUpAccounts } from "./made-up-accounts.ts";
import { hasDomain } from "./train.ts";

const shares = [1 / 4, 1 / 2];
const timesLarger = 4;
/** Larger bases are not made: their leads would take longer than they teach. */
const mostAccounts = 100_000;

/**
 * The same leads among a quarter and a half of the accounts, and among four times as many by made-up ones: from them it is
 * learned what the number of accounts does to a chance agreement. A lead whose account was left out belongs to none there;
 * leads without an account count so much that their share is what it is among all accounts. The same seed gives the same.
 */
export function prepareSizes(
  labelled: readonly LabelledLead[],
  accounts: readonly AccountEntry[],
  { classes, seed }: { classes: DomainClasses; seed: number },
): Prepared[] {
  const smaller = shares.map((share) => accounts.filter(({ id }) => hashText(id, seed) / 2 ** 32 < share));
  const isSmall = accounts.length * timesLarger <= mostAccounts;
  const added = isSmall ? madeUpAccounts(accounts, accounts.length * (timesLarger - 1), seed) : [];
  const sizes = added.length === 0 ? smaller : [...smaller, [...accounts, ...added]];
  const share = shareWithout(labelled);
  return sizes.flatMap((some) => prepareAmong(labelled, some, { classes, share }));
}

const shareWithout = (labelled: readonly LabelledLead[]): number =>
  labelled.filter(({ accountId }) => accountId === null).length / Math.max(1, labelled.length);

function prepareAmong(
  labelled: readonly LabelledLead[],
  accounts: readonly AccountEntry[],
  { classes, share }: { classes: DomainClasses; share: number },
): Prepared[] {
  const base = buildBase(accounts, classes, [0, 0]);
  const ids = new Set(accounts.map(({ id }) => id));
  const here = labelled.map((lead) =>
    lead.accountId === null || ids.has(lead.accountId) ? lead : { ...lead, accountId: null },
  );
  const without = shareWithout(here);
  // As odds: what makes their share among all that count the wanted one.
  const count = without === 0 || without === 1 || share === 0 ? 1 : (share / (1 - share)) * ((1 - without) / without);
  return here.flatMap((lead, at) => {
    const prepared = { ...prepareLead(lead, base, classes), count: lead.accountId === null ? count : 1 };
    // Whether another account with its domain is the right one then, nobody has said.
    const isUnsaid = lead.accountId !== labelled[at]?.accountId && prepared.candidates.some(hasDomain);
    return isUnsaid ? [] : [prepared];
  });
}
