/** See Crm. */
export const names = { name: "salesforce", title: "Salesforce" } as const;
