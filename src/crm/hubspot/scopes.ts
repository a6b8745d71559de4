/** What the app needs in every account; each install URL names all of them (hubspot.md §2.4). */
export const requiredScopes: readonly string[] = [
  "oauth",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.schemas.contacts.read",
  "crm.schemas.contacts.write",
  "crm.objects.companies.read",
  "crm.objects.deals.read",
  "crm.objects.owners.read",
];

/** What an account may leave out: without the first no working hours are read, without the second no logged e-mails. */
export const optionalScopes: readonly string[] = ["crm.objects.users.read", "sales-email-read"];
