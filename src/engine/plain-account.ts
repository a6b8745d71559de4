import type { Account } from "../model/account.ts";

/** An account of which nothing is known. */
export const plainAccount: Account = {
  id: "account-1",
  name: null,
  domains: [],
  ownerId: null,
  country: null,
  state: null,
  postalCode: null,
  employees: null,
  isCustomer: false,
  isCompetitor: false,
  lastActivityAt: null,
};
