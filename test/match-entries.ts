import type { AccountEntry, LeadEntry } from "../src/engine/match/entries.ts";

/** An account of which nothing but the id is known. */
export const anAccountEntry = (id: string, parts: Partial<AccountEntry> = {}): AccountEntry => ({
  id,
  name: null,
  otherNames: [],
  website: null,
  otherDomains: [],
  phone: null,
  country: null,
  state: null,
  city: null,
  postalCode: null,
  parentId: null,
  ...parts,
});

/** A lead of which nothing is known. */
export const aLeadEntry = (parts: Partial<LeadEntry> = {}): LeadEntry => ({
  email: null,
  company: null,
  website: null,
  phone: null,
  country: null,
  state: null,
  city: null,
  postalCode: null,
  ...parts,
});
