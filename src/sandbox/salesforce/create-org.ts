import type { Clock } from "../clock.ts";
import { blankRow } from "./blank-row.ts";
import type { Feature } from "./features.ts";
import { to18 } from "./ids.ts";
import { createLocks } from "./locks.ts";
import type { Org } from "./org.ts";
import { type Permissions, usualPermissions } from "./permissions.ts";
import type { Declared } from "./read-fields.ts";
import type { Row } from "./schema.ts";
import { standardObjects } from "./standard-objects.ts";
import { createTable, type Table } from "./table.ts";

export type OrgOptions = {
  clock: Clock;
  random: () => number;
  /** Made of the number of the org by default: 1 is 00D000000000001. */
  id?: string;
  name?: string;
  timeZone?: string;
  features?: readonly Feature[];
};

/** What may be changed of an org that runs. */
export type OrgSetup = {
  /** Objects and fields appear or go with it; records of objects that go are kept for when they come back. */
  setFeature(name: Feature, isOn: boolean): void;
  hasFeature(name: Feature): boolean;
  /** An object of the admin's or a package's own; its name ends with `__c`. */
  addObject(object: Declared): void;
  /** Fields as `readFields` takes them, one a line. */
  addFields(object: string, fields: string): void;
  /** Only what is named changes. */
  permit(userId: string, permissions: Partial<Permissions>): void;
};

/** A new org: its own lists, one admin, nobody and nothing else. */
export function createOrg(options: OrgOptions): Org & OrgSetup {
  const { clock, random, id = to18("00D000000000001"), name = "Acme", timeZone = "Europe/Berlin" } = options;
  const features = new Set(options.features);
  const ownObjects: Declared[] = [];
  const ownFields = new Map<string, string>();
  const tables = new Map<string, Table>();
  const permissions = new Map<string, Permissions>();
  let lastNumber = 0;

  const org: Org & OrgSetup = {
    ...{ id: to18(id), name, timeZone, clock, random, tables, onCommit: [] },
    objects: new Map(),
    locks: createLocks(clock),
    rules: {
      ...{ assignment: new Map(), validation: new Map(), trigger: new Map(), automationMs: new Map() },
      ...{ duplicates: null, lateCommitMs: 0, pageSize: 2000, isHuge: false },
    },
    permissionsOf: (userId) => permissions.get(userId) ?? usualPermissions,
    newId(object) {
      lastNumber += 1;
      const id = to18(`${object.keyPrefix}${inLetters(lastNumber).padStart(12, "0")}`);
      // An org may have been filled with records whose ids were chosen.
      return tables.get(object.name)?.get(id) === undefined ? id : org.newId(object);
    },
    hasFeature: (feature) => features.has(feature),
    setFeature(feature, isOn) {
      if (isOn) features.add(feature);
      else features.delete(feature);
      readSchema();
    },
    addObject(object) {
      ownObjects.push(object);
      readSchema();
    },
    addFields(object, fields) {
      ownFields.set(object, `${ownFields.get(object) ?? ""}\n${fields}`);
      readSchema();
    },
    permit(userId, changed) {
      permissions.set(userId, { ...org.permissionsOf(userId), ...changed });
    },
  };

  function readSchema(): void {
    org.objects = standardObjects({ features, objects: ownObjects, fields: ownFields });
    for (const object of org.objects.values()) {
      const table = tables.get(object.name);
      if (table === undefined) tables.set(object.name, createTable(object));
      else table.object = object;
    }
  }

  readSchema();
  fillSetup(org);
  return org;
}

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Ids differ in the case of their letters too. */
function inLetters(number: number): string {
  const rest = Math.floor(number / letters.length);
  return (rest === 0 ? "" : inLetters(rest)) + letters.charAt(number % letters.length);
}

type List = readonly (Row & { MasterLabel: string })[];

/** The org's own lists (salesforce.md §4.1, §4.3, §4.5). */
const lists: Readonly<Record<string, List>> = {
  LeadStatus: [
    { MasterLabel: "Open - Not Contacted", IsDefault: true, IsConverted: false },
    { MasterLabel: "Working - Contacted", IsDefault: false, IsConverted: false },
    { MasterLabel: "MQL", IsDefault: false, IsConverted: false },
    { MasterLabel: "Recycled", IsDefault: false, IsConverted: false },
    { MasterLabel: "Closed - Converted", IsDefault: false, IsConverted: true },
    { MasterLabel: "Closed - Not Converted", IsDefault: false, IsConverted: false },
  ],
  TaskStatus: [
    { MasterLabel: "Not Started", IsDefault: true, IsClosed: false },
    { MasterLabel: "In Progress", IsDefault: false, IsClosed: false },
    { MasterLabel: "Completed", IsDefault: false, IsClosed: true },
    { MasterLabel: "Waiting on someone else", IsDefault: false, IsClosed: false },
    { MasterLabel: "Deferred", IsDefault: false, IsClosed: false },
  ],
  TaskPriority: [
    { MasterLabel: "High", IsDefault: false, IsHighPriority: true },
    { MasterLabel: "Normal", IsDefault: true, IsHighPriority: false },
    { MasterLabel: "Low", IsDefault: false, IsHighPriority: false },
  ],
  OpportunityStage: [
    {
      MasterLabel: "Prospecting",
      IsClosed: false,
      IsWon: false,
      DefaultProbability: 10,
      ForecastCategoryName: "Pipeline",
    },
    {
      MasterLabel: "Qualification",
      IsClosed: false,
      IsWon: false,
      DefaultProbability: 20,
      ForecastCategoryName: "Pipeline",
    },
    {
      MasterLabel: "Proposal",
      IsClosed: false,
      IsWon: false,
      DefaultProbability: 50,
      ForecastCategoryName: "Best Case",
    },
    {
      MasterLabel: "Negotiation",
      IsClosed: false,
      IsWon: false,
      DefaultProbability: 80,
      ForecastCategoryName: "Commit",
    },
    { MasterLabel: "Closed Won", IsClosed: true, IsWon: true, DefaultProbability: 100, ForecastCategoryName: "Closed" },
    {
      MasterLabel: "Closed Lost",
      IsClosed: true,
      IsWon: false,
      DefaultProbability: 0,
      ForecastCategoryName: "Omitted",
    },
  ],
};

function fillSetup(org: Org): void {
  for (const [name, rows] of Object.entries(lists))
    for (const [index, row] of rows.entries())
      putRow(org, name, { ...row, ApiName: row.MasterLabel, SortOrder: index + 1, IsActive: true });
  putRow(org, "Organization", {
    ...{ Id: org.id, Name: org.name, InstanceName: "LOCAL1", IsSandbox: false, OrganizationType: "Enterprise Edition" },
    ...{ TimeZoneSidKey: org.timeZone, DefaultLocaleSidKey: "en_US" },
  });
  for (const Name of ["System Administrator", "Standard User", "Minimum Access - API Only Integrations"])
    putRow(org, "Profile", { Name });
}

/**
 * Stores a record as it is, asking no rule: how an org is filled. Fields that are not given are empty; answers the id.
 * Nobody is told.
 */
export function putRow(org: Org, name: string, values: Row): string {
  const table = org.tables.get(name);
  if (table === undefined) throw new Error(`The org has no object ${name}.`);
  const Id = typeof values.Id === "string" ? to18(values.Id) : org.newId(table.object);
  const row = blankRow(table.object);
  for (const name of ["CreatedDate", "LastModifiedDate", "SystemModstamp"])
    if (name in row) row[name] = org.clock.now();
  table.put(Id, { ...row, ...values, Id });
  return Id;
}
