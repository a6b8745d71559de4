/** A CRM's value of one field, as text; null when the field is empty or unknown to the CRM. */
export type FieldValue = string | null;

/** The fields that every CRM folder can fill, under our names. A policy names any other as `crm.<their name>`. */
export const leadFields = [
  "email",
  "firstName",
  "lastName",
  "jobTitle",
  "company",
  "website",
  "phone",
  "country",
  "state",
  "city",
  "postalCode",
  "language",
  "employees",
  "industry",
  "score",
  "fitScore",
  "source",
  "sourceDetail",
  "conversion",
  "conversionAt",
  "firstPage",
  "lastPage",
  "pageViews",
  "engagedAt",
  "stage",
  "status",
] as const;

export type LeadField = (typeof leadFields)[number];

/** Who set the present owner, as the CRM's history tells it; `baton` is this app. */
export type OwnerChange = { ownerId: string | null; at: string; by: "person" | "automation" | "baton" };

/** One person or inquiry as the CRM has it now. Ids are the CRM's. */
export type Lead = {
  id: string;
  /** Null when nobody owns it. */
  ownerId: string | null;
  /** The CRM's primary account of this lead, when it names one. */
  accountId: string | null;
  /** What stands in the lookup that Baton fills, be it Baton's own word or a person's; left out: nothing. */
  notedAccountId?: string;
  /** When the lead entered the qualifying stage, as the CRM dates it; null while it is not in it. */
  qualifiedAt: string | null;
  createdAt: string;
  fields: Readonly<Record<string, FieldValue>>;
};
