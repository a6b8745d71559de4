const version = "2026-09";

/** The object types that we use, as paths name them. */
export type ObjectName =
  | "contacts"
  | "companies"
  | "deals"
  | "tasks"
  | "calls"
  | "emails"
  | "meetings"
  | "communications"
  | "users";

/** Every path that we call (hubspot.md §0): dated ones alone, and nowhere else in this folder. */
export const paths = {
  objects: (type: ObjectName) => `/crm/objects/${version}/${type}`,
  batchRead: (type: ObjectName) => `/crm/objects/${version}/${type}/batch/read`,
  batchCreate: (type: ObjectName) => `/crm/objects/${version}/${type}/batch/create`,
  batchUpdate: (type: ObjectName) => `/crm/objects/${version}/${type}/batch/update`,
  search: (type: ObjectName) => `/crm/objects/${version}/${type}/search`,
  associations: (from: ObjectName, to: ObjectName) => `/crm/associations/${version}/${from}/${to}/batch/read`,
  property: (type: ObjectName, name: string) => `/crm/properties/${version}/${type}/${name}`,
  properties: (type: ObjectName) => `/crm/properties/${version}/${type}`,
  createProperties: (type: ObjectName) => `/crm/properties/${version}/${type}/batch/create`,
  propertyGroups: (type: ObjectName) => `/crm/properties/${version}/${type}/groups`,
  owners: `/crm/owners/${version}`,
  dealPipelines: `/crm/pipelines/${version}/deals`,
  token: `/oauth/${version}/token`,
  introspect: `/oauth/${version}/token/introspect`,
  account: `/account-info/${version}/details`,
  uninstall: `/appinstalls/${version}/external-install`,
  /** On the OAuth host. */
  authorize: "/oauth/authorize",
};
