/** An account as the matcher reads it. Texts are as the CRM has them. */
export type AccountEntry = {
  id: string;
  name: string | null;
  /** Former names, brands, names in other scripts. */
  otherNames: readonly string[];
  website: string | null;
  otherDomains: readonly string[];
  phone: string | null;
  country: string | null;
  state: string | null;
  city: string | null;
  postalCode: string | null;
  parentId: string | null;
};

/** A lead as the matcher reads it. */
export type LeadEntry = {
  email: string | null;
  company: string | null;
  website: string | null;
  phone: string | null;
  country: string | null;
  state: string | null;
  city: string | null;
  postalCode: string | null;
};
