/** See Crm. */
export const names = { name: "hubspot", title: "HubSpot", policyWords: null } as const;
