import { defaultDefinition, definitionsOf } from "./association-types.ts";
import { validationError } from "./object-errors.ts";
import { objectTypes, requireTypeId } from "./object-types.ts";
import { isJson, type Json } from "./parse-body.ts";
import type {
  AssociationType,
  Owner,
  Pipeline,
  Portal,
  PortalSettings,
  PropertyDefinition,
  Source,
  Team,
} from "./portal.ts";
import { createProperty } from "./property-definitions.ts";
import { archiveRecord, createRecord } from "./records.ts";
import { addStageProperties } from "./stage-properties.ts";

/** One record of a seed. `properties` may hold anything that HubSpot itself could have stored, read-only ones too. */
export type SeedRecord = {
  /** A fixed id (digits), so that other records of the seed can name it. */
  id?: string;
  properties: Record<string, string>;
  /** Epoch ms; default one day before the seeding. */
  createdAt?: number;
  archived?: boolean;
  associations: SeedLink[];
};

/** A link to another record: by the primary type with `primary`, by explicit `types`, else unlabelled. */
export type SeedLink = { to: string; id: string; primary?: boolean; types?: AssociationType[] };

export type SeedOwner = Pick<Owner, "id" | "userId" | "email" | "firstName" | "lastName"> & {
  type?: Owner["type"];
  archived?: boolean;
  superAdmin?: boolean;
  teams?: { id: string; primary?: boolean }[];
};

export type SeedRules = {
  conditionalRequired?: { objectType: string; when: { property: string; value: string }; require: string[] }[];
  requiredOnCreate?: { objectType: string; properties: string[] }[];
};

/** The contents of an account as plain JSON; every part may be left out. Records go by plural object type name. */
export type Seed = {
  settings?: Partial<PortalSettings>;
  teams: Pick<Team, "id" | "name">[];
  owners: SeedOwner[];
  /** Stages added to the default ones, of contacts and companies alike. */
  lifecycleStages: { value: string; label: string }[];
  pipelines: Pipeline[];
  groups: { objectType: string; name: string; label: string }[];
  properties: (Pick<PropertyDefinition, "name"> & Json & { objectType: string })[];
  rules?: SeedRules;
  records: Record<string, SeedRecord[]>;
};

/** The order in which records are created: whatever a link may name comes first. */
const seedOrder = ["users", "companies", "contacts", "deals", "tasks", "notes", "calls", "emails", "meetings"];

const lists = ["teams", "owners", "lifecycleStages", "pipelines", "groups", "properties"] as const;

const source: Source = { type: "IMPORT", id: "seed" };
const dayMs = 86_400_000;

/**
 * Fills an account. Nobody is told: seeding raises no changes. Records are as old as they say and search shows them at
 * once. Throws HubspotError for values that HubSpot could not hold.
 */
export function seedPortal(portal: Portal, seed: Seed): void {
  const { listeners } = portal;
  portal.listeners = [];
  try {
    Object.assign(portal.settings, seed.settings);
    seedPeople(portal, seed);
    seedSchema(portal, seed);
    for (const objectType of seedOrder) {
      for (const record of seed.records[objectType] ?? []) seedRecord(portal, requireTypeId(objectType), record);
    }
    seedMissingUsers(portal);
    seedRules(portal, seed);
  } finally {
    portal.listeners = listeners;
  }
}

function seedPeople(portal: Portal, { teams, owners }: Seed): void {
  for (const { id, name } of teams) portal.teams.set(id, { id, name, userIds: [], secondaryUserIds: [] });
  for (const seeded of owners) {
    const owner = toOwner(portal, seeded);
    portal.owners.set(owner.id, owner);
    for (const { id, primary } of owner.teams) {
      const team = portal.teams.get(id);
      (primary ? team?.userIds : team?.secondaryUserIds)?.push(owner.userId);
    }
  }
}

function toOwner(portal: Portal, seeded: SeedOwner): Owner {
  const { type = "PERSON", archived = false, superAdmin = false, teams = [], firstName = "", lastName = "" } = seeded;
  const at = portal.clock.now() - dayMs;
  return {
    ...seeded,
    firstName,
    lastName,
    type,
    archived,
    superAdmin,
    createdAt: at,
    updatedAt: at,
    teams: teams.map(({ id, primary = true }) => ({ id, name: portal.teams.get(id)?.name ?? id, primary })),
  };
}

function seedSchema(portal: Portal, { lifecycleStages, pipelines, groups, properties }: Seed): void {
  for (const { objectType, name, label } of groups) {
    portal.groups.get(requireTypeId(objectType))?.set(name, { name, label, displayOrder: -1, archived: false });
  }
  for (const { objectType, ...definition } of properties) createProperty(portal, requireTypeId(objectType), definition);
  for (const typeId of lifecycleStages.length > 0 ? ["0-1", "0-2"] : []) {
    const options = portal.properties.get(typeId)?.get("lifecyclestage")?.options ?? [];
    for (const { value, label } of lifecycleStages) {
      options.push({ value, label, displayOrder: options.length, hidden: false });
    }
    addStageProperties(
      portal,
      typeId,
      lifecycleStages.map((stage) => stage.value),
    );
  }
  if (pipelines.length === 0) return;
  portal.pipelines.set("0-3", pipelines);
  const stages = pipelines.flatMap((pipeline) => pipeline.stages.map((stage) => stage.id));
  addStageProperties(portal, "0-3", stages);
}

function seedRecord(portal: Portal, typeId: string, seeded: SeedRecord): void {
  const { id, properties, createdAt = portal.clock.now() - dayMs, archived, associations } = seeded;
  const record = createRecord(portal, typeId, properties, {
    source,
    version: "v3",
    at: createdAt,
    trusted: true,
    associations: associations.map((link) => toTarget(portal, typeId, link)),
    ...(id === undefined ? {} : { id }),
  });
  if (archived) archiveRecord(portal, typeId, record.id, source);
}

function toTarget(
  portal: Portal,
  typeId: string,
  link: SeedLink,
): { toTypeId: string; toId: string; types: AssociationType[] } {
  const toTypeId = requireTypeId(link.to);
  const wanted = link.primary
    ? definitionsOf(portal, typeId, toTypeId).find((definition) => definition.isPrimary)
    : defaultDefinition(portal, typeId, toTypeId);
  const types = wanted ? [{ category: wanted.category, typeId: wanted.typeId }] : [];
  return { toTypeId, toId: link.id, types: link.types ?? types };
}

/** Every person has a users object (hubspot.md §4.10), empty where the seed does not say more. */
function seedMissingUsers(portal: Portal): void {
  const userTypeId = objectTypes.users ?? "";
  const known = new Set(
    [...(portal.records.get(userTypeId)?.values() ?? [])].map(({ properties }) => properties.get("hubspot_owner_id")),
  );
  for (const { id, userId, email, firstName, lastName, type } of portal.owners.values()) {
    if (type !== "PERSON" || known.has(id)) continue;
    const properties = {
      hubspot_owner_id: id,
      hs_internal_user_id: String(userId),
      hs_email: email,
      hs_given_name: firstName,
      hs_family_name: lastName,
    };
    seedRecord(portal, userTypeId, { properties, associations: [] });
  }
}

function seedRules(portal: Portal, { rules }: Seed): void {
  for (const { objectType, ...rule } of rules?.conditionalRequired ?? []) {
    portal.rules.conditionalRequired.push({ objectTypeId: requireTypeId(objectType), ...rule });
  }
  for (const { objectType, ...rule } of rules?.requiredOnCreate ?? []) {
    portal.rules.requiredOnCreate.push({ objectTypeId: requireTypeId(objectType), ...rule });
  }
}

/**
 * Reads a seed. Throws one 400 that lists every unknown key and every malformed entry by its path; what the values
 * mean is HubSpot's own business and checked when they are written.
 */
export function parseSeed(value: unknown): Seed {
  const problems: string[] = [];
  const seed = isJson(value) ? value : {};
  if (!isJson(value)) problems.push("a seed must be a JSON object");
  const known = new Set<string>(["settings", "rules", ...lists, ...seedOrder]);
  for (const key of Object.keys(seed)) if (!known.has(key)) problems.push(`${key}: unknown`);
  for (const key of ["settings", "rules"]) {
    if (seed[key] !== undefined && !isJson(seed[key])) problems.push(`${key}: must be an object`);
  }
  for (const key of lists) requireObjects(seed[key], key, problems);
  for (const [index, owner] of objectsIn(seed.owners).entries()) {
    if (typeof owner.id !== "string" || typeof owner.userId !== "number" || typeof owner.email !== "string") {
      problems.push(`owners[${index}]: needs id (text), userId (number) and email`);
    }
  }
  const records: Record<string, SeedRecord[]> = {};
  for (const name of seedOrder) {
    requireObjects(seed[name], name, problems);
    records[name] = objectsIn(seed[name]).map((record, index) => parseRecord(record, `${name}[${index}]`, problems));
  }
  if (problems.length > 0) throw validationError(`The seed is not valid:\n${problems.join("\n")}`);
  const parts = Object.fromEntries(lists.map((key) => [key, objectsIn(seed[key])]));
  const { settings, rules } = seed;
  return { ...(settings ? { settings } : {}), ...(rules ? { rules } : {}), ...parts, records } as Seed;
}

function parseRecord(record: Json, path: string, problems: string[]): SeedRecord {
  const { id, properties = {}, createdAt, archived, associations } = record;
  if (id !== undefined && !(typeof id === "string" && /^\d+$/.test(id))) problems.push(`${path}.id: must be digits`);
  if (createdAt !== undefined && typeof createdAt !== "number") problems.push(`${path}.createdAt: must be epoch ms`);
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(isJson(properties) ? properties : {})) {
    if (["string", "number", "boolean"].includes(typeof value)) texts[name] = String(value);
    else if (value !== null) problems.push(`${path}.properties.${name}: must be text, number, boolean or null`);
  }
  requireObjects(associations, `${path}.associations`, problems);
  return {
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof createdAt === "number" ? { createdAt } : {}),
    properties: texts,
    archived: archived === true,
    associations: objectsIn(associations).map((link) => parseLink(link, path, problems)),
  };
}

function parseLink(link: Json, path: string, problems: string[]): SeedLink {
  const { to, id, primary, types } = link;
  const isKnown = typeof to === "string" && objectTypes[to] !== undefined;
  if (!isKnown || typeof id !== "string")
    problems.push(`${path}.associations: needs to (an object type) and id (text)`);
  return {
    to: String(to),
    id: String(id),
    primary: primary === true,
    ...(Array.isArray(types) ? { types: types as AssociationType[] } : {}),
  };
}

function requireObjects(value: unknown, path: string, problems: string[]): void {
  if (value === undefined || (Array.isArray(value) && value.every(isJson))) return;
  problems.push(`${path}: must be an array of objects`);
}

function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}
