const owner = (id: string, firstName: string, team: string | null, more: object = {}) => ({
  id,
  userId: Number(id) + 9_000,
  email: `${firstName.toLowerCase()}@acme-robotics.example`,
  firstName,
  lastName: `Rep${id}`,
  ...(team === null ? {} : { teams: [{ id: team, primary: true }] }),
  ...more,
});

const company = (id: string, properties: Record<string, string>) => ({ id, properties, associations: [] });

/** Two reps for DACH, two for the UK, two general; companies with and without owners, one with an open deal. */
export const seed = {
  teams: [
    { id: "1", name: "DACH Sales" },
    { id: "2", name: "UK & Nordics Sales" },
    { id: "3", name: "General Sales" },
  ],
  owners: [
    owner("101", "Anna", "1"),
    owner("102", "Bernd", "1"),
    owner("201", "Claire", "2"),
    owner("202", "Daniel", "2"),
    owner("301", "Elif", "3"),
    owner("302", "Farid", "3"),
    owner("401", "Gone", null),
  ],
  companies: [
    company("5001", {
      name: "Borealis GmbH",
      domain: "borealis.example",
      country: "Germany",
      hubspot_owner_id: "101",
    }),
    company("5002", { name: "Corvus Ltd", domain: "corvus.example", country: "United Kingdom" }),
    company("5003", { name: "Delphi AG", domain: "delphi.example", country: "Austria" }),
    company("5004", { name: "Ghost GmbH", domain: "ghost.example", country: "Germany", hubspot_owner_id: "401" }),
  ],
  deals: [
    {
      id: "7001",
      properties: {
        dealname: "Delphi robots",
        dealstage: "qualifiedtobuy",
        pipeline: "default",
        hubspot_owner_id: "202",
      },
      associations: [{ to: "companies", id: "5003", primary: true }],
    },
  ],
};
