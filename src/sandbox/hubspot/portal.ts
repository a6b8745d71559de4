import type { Clock } from "../clock.ts";
import type { Answer } from "../http.ts";

/** Who caused a change, as HubSpot's history and webhooks name it (`changeSource`, `sourceId`). */
export type Source = { type: string; id: string; userId?: number };

/** One entry of a property's history, newest first in `HubspotRecord.history`. */
export type HistoryEntry = { value: string; timestamp: number; source: Source };

/** One CRM object. `properties` holds non-empty values only; every value is a string. */
export type HubspotRecord = {
  id: string;
  properties: Map<string, string>;
  history: Map<string, HistoryEntry[]>;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
  /** What search may show, by time of visibility: search answers from the last snapshot not younger than the lag. */
  snapshots: { at: number; properties: Map<string, string> | null }[];
};

export type PropertyDefinition = {
  name: string;
  label: string;
  type: string;
  fieldType: string;
  groupName: string;
  description: string;
  options: { label: string; value: string; displayOrder: number; hidden: boolean }[];
  hasUniqueValue: boolean;
  hidden: boolean;
  formField: boolean;
  displayOrder: number;
  readOnly: boolean;
  calculated: boolean;
  hubspotDefined: boolean;
  sensitive: boolean;
  archivedAt: number | null;
  /** An owner picker: values must be owner ids (hubspot.md §4.13). */
  referencedObjectType?: "OWNER";
};

export type PropertyGroup = { name: string; label: string; displayOrder: number; archived: boolean };

export type Owner = {
  id: string;
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
  type: "PERSON" | "QUEUE";
  archived: boolean;
  createdAt: number;
  updatedAt: number;
  teams: { id: string; name: string; primary: boolean }[];
  superAdmin?: boolean;
};

export type Team = { id: string; name: string; userIds: number[]; secondaryUserIds: number[] };

export type Pipeline = {
  id: string;
  label: string;
  displayOrder: number;
  stages: { id: string; label: string; displayOrder: number; metadata: { isClosed: string; probability: string } }[];
};

/** A label that pairs of two object types may carry; `inverse` is the type id of the other direction. */
export type AssociationLabel = { typeId: number; label: string; inverse: number };

export type AssociationType = { category: "HUBSPOT_DEFINED" | "USER_DEFINED" | "INTEGRATOR_DEFINED"; typeId: number };

/** Admin rules that only the 2026-09 paths enforce (hubspot.md §4.12), by object type id. */
export type AdminRules = {
  /** When `when.property` is written as `when.value`, each of `require` must have a value. */
  conditionalRequired: { objectTypeId: string; when: { property: string; value: string }; require: string[] }[];
  requiredOnCreate: { objectTypeId: string; properties: string[] }[];
};

/** Switches of one portal for what HubSpot leaves open or lets an account configure; set by seed or control API. */
export type PortalSettings = {
  searchLagMs: number;
  archivedOwnerWrites: "accept" | "reject";
  toObjectIdAs: "string" | "number";
  taskUniqueProperties: "accept" | "reject";
  autoAssociateCompanies: boolean;
  /** HubSpot moves contacts and companies to `opportunity` and `customer` with their deals (hubspot.md §4.4). */
  syncLifecycleWithDeals: boolean;
  /** A workflow of the account that sets a contact's owner at once, whoever sets another: to this owner's id, or to nobody. */
  ownerWorkflow: "off" | "clear" | (string & {});
};

/** A change that webhooks may report. `value` is "" for a cleared property. */
export type Change =
  | {
      kind: "creation" | "deletion" | "restore" | "privacyDeletion";
      objectTypeId: string;
      objectId: string;
      at: number;
      source: Source;
    }
  | {
      kind: "propertyChange";
      objectTypeId: string;
      objectId: string;
      property: string;
      value: string;
      at: number;
      source: Source;
    }
  | {
      kind: "merge";
      objectTypeId: string;
      primaryObjectId: string;
      mergedObjectIds: string[];
      newObjectId: string;
      propertiesMoved: number;
      at: number;
      source: Source;
    }
  | {
      kind: "associationChange";
      fromObjectTypeId: string;
      fromObjectId: string;
      toObjectTypeId: string;
      toObjectId: string;
      type: AssociationType;
      removed: boolean;
      primary: boolean;
      at: number;
      source: Source;
    };

/** One HubSpot account. All of its data; nothing in it knows HTTP. */
export type Portal = {
  id: number;
  name: string;
  timeZone: string;
  uiDomain: string;
  /** Records by object type id ("0-1") and record id. */
  records: Map<string, Map<string, HubspotRecord>>;
  /** Ids of merged-away records → the surviving id. */
  mergedInto: Map<string, string>;
  /** E-mail addresses that a privacy deletion forbids to be created again. */
  erasedEmails: Set<string>;
  /** `${fromTypeId}:${fromId}:${toTypeId}` → to id → association types of that direction. */
  associations: Map<string, Map<string, AssociationType[]>>;
  /** The account's own labels by `${fromTypeId}:${toTypeId}`. */
  associationLabels: Map<string, AssociationLabel[]>;
  /**
   * `${typeId}:${property}` → lower-case value → ids that have or lately had it, for search and unique values.
   * A reader checks each candidate and removes the stale ones.
   */
  indexes: Map<string, Map<string, Set<string>>>;
  /** By object type id, then property name. */
  properties: Map<string, Map<string, PropertyDefinition>>;
  groups: Map<string, Map<string, PropertyGroup>>;
  pipelines: Map<string, Pipeline[]>;
  owners: Map<string, Owner>;
  teams: Map<string, Team>;
  rules: AdminRules;
  settings: PortalSettings;
  /** Called after each change is in the store, in order. */
  listeners: ((change: Change) => void)[];
  nextId: number;
  clock: Clock;
};

/** A developer app as HubSpot knows it: one target URL for all portals that installed it. */
export type App = {
  id: number;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  requiredScopes: string[];
  optionalScopes: string[];
  webhooks: {
    targetUrl: string;
    maxConcurrentRequests: number;
    subscriptions: Subscription[];
  };
};

/** `objectType` for the generic `object.*` form; without it the classic form (`contact.propertyChange`). */
export type Subscription = {
  id: number;
  subscriptionType: string;
  objectTypeId?: string;
  propertyName?: string;
  active: boolean;
};

/** One app in one portal. `removed` after an uninstall: tokens are void and webhooks are silent. */
export type Installation = {
  appId: number;
  portalId: number;
  userId: number;
  scopes: string[];
  refreshToken: string;
  removed: boolean;
};

/** A parsed request to a handler; the same for the dated and the v3/v4 paths, which `version` tells apart. */
export type Call = {
  portal: Portal;
  app: App;
  installation: Installation;
  version: "2026-09" | "2026-03" | "v1" | "v3" | "v4";
  method: string;
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON, or undefined when there was no body. */
  body: unknown;
  now: number;
  random: () => number;
  /** How a write through this call appears in history and webhooks. */
  source: Source;
  /** A fault that strikes single rows of this batch. */
  rowFault?: RowFault | undefined;
};

type Input = Record<string, unknown>;

/** A fault that strikes single rows of a batch, which makes its answer a 207 (hubspot.md §3.4). */
export type RowFault = {
  /** The inputs of one batch that it strikes. */
  pick(inputs: readonly Input[]): ReadonlySet<Input>;
  /** What is answered for a row that was struck. */
  error(input: Input): HubspotError;
  /** The row is written all the same. */
  isApplied: boolean;
};

/** One endpoint under every path that serves it. `:name` segments become `params`. */
export type Route = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  paths: string[];
  /** Scopes of which any one suffices; empty for none. */
  scopes: (params: Record<string, string>) => string[];
  /** Counts against the search window instead of the ten-second one. */
  search?: true;
  handle: (call: Call) => Answer;
};

/** Thrown by handlers; the server turns it into HubSpot's error body with a correlation id. */
export class HubspotError extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;
  constructor(status: number, body: { message: string; category?: string } & Record<string, unknown>) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}
