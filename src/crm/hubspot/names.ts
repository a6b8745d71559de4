/** See Crm. */
export const names = { name: "hubspot", title: "HubSpot" } as const;
