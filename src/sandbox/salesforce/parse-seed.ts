import {
  ControlError,
  flag,
  isObject,
  type Kind,
  listOf,
  mapOf,
  optional,
  readFields,
  refuseOthers,
  text,
  time,
} from "../control-input.ts";
import { channelList } from "./channels.ts";
import { isId, to18 } from "./ids.ts";
import { readSettings, type SettingsChange } from "./org-settings.ts";
import { type PermissionsChange, permissionNames, readPermissions } from "./people.ts";
import type { Channel } from "./pubsub/topics.ts";
import type { Declared } from "./read-fields.ts";

/** One record of a seed. `fields` may hold anything that Salesforce itself could have stored, read-only ones too. */
export type SeedRecord = {
  /** Where it stands in the seed, "leads[2]". */
  path: string;
  object: string;
  /** 18 characters; none: a new one. */
  id?: string;
  /** Other records name it as "@ref" in any field that points to a record. */
  ref?: string;
  /** Epoch ms; default one day before the seeding. */
  createdAt?: number;
  fields: Record<string, unknown>;
};

/** A user; `profile` by its name. */
export type SeedUser = SeedRecord & { profile: string; isFrozen: boolean; permissions: PermissionsChange };

/** A queue; `members` are ids or "@ref", `objects` what it may own. */
export type SeedQueue = SeedRecord & { members: readonly string[]; objects: readonly string[] };

/** The contents of an org as plain JSON; every part may be left out. */
export type Seed = {
  /** Is Baton's package installed in it? */
  hasPackage: boolean;
  objects: readonly Declared[];
  /** By object: texts as `readFields` takes them. */
  fields: Readonly<Record<string, string>>;
  users: readonly SeedUser[];
  queues: readonly SeedQueue[];
  records: readonly SeedRecord[];
  channels: readonly Channel[];
  settings: SettingsChange;
};

/** Lists of records, and of which object each is. */
const recordLists: Readonly<Record<string, string>> = {
  roles: "UserRole",
  businessHours: "BusinessHours",
  holidays: "Holiday",
  outOfOffice: "OutOfOffice",
  accounts: "Account",
  contacts: "Contact",
  campaigns: "Campaign",
  leads: "Lead",
  opportunities: "Opportunity",
  campaignMembers: "CampaignMember",
  tasks: "Task",
  events: "Event",
  notificationTypes: "CustomNotificationType",
};

const otherParts = ["package", "objects", "fields", "users", "queues", "records", "channels", "settings"];

/**
 * Reads a seed. Throws one 400 that lists every unknown key and every malformed entry by its place; what the values of
 * records mean is Salesforce's own business and checked when they are stored.
 */
export function parseSeed(value: unknown): Seed {
  const problems: string[] = [];
  const seed = isObject(value) ? value : {};
  if (!isObject(value)) problems.push("a seed must be a JSON object");
  for (const key of Object.keys(seed))
    if (recordLists[key] === undefined && !otherParts.includes(key)) problems.push(`${key}: unknown`);
  const parsed: Seed = {
    hasPackage: part(seed, "package", flag, problems),
    objects: objectsIn(seed.objects, "objects", problems).map((entry, index) =>
      parseObject(entry, `objects[${index}]`, problems),
    ),
    fields: fieldLines(part(seed, "fields", mapOf(listOf(text)), problems)),
    users: objectsIn(seed.users, "users", problems).map((entry, index) =>
      parseUser(entry, `users[${index}]`, problems),
    ),
    queues: objectsIn(seed.queues, "queues", problems).map((entry, index) =>
      parseQueue(entry, `queues[${index}]`, problems),
    ),
    records: parseRecords(seed, problems),
    channels: part(seed, "channels", channelList, problems),
    settings: parsePart(seed.settings, "settings", problems, readSettings),
  };
  checkRefs(parsed, problems);
  if (problems.length > 0) throw new ControlError(400, `The seed is not valid:\n${problems.join("\n")}`);
  return parsed;
}

type Json = Record<string, unknown>;

function part<T>(seed: Json, key: string, kind: Kind<T>, problems: string[]): T {
  if (seed[key] === undefined) return kind.blank;
  const value = kind.read(seed[key]);
  if (value === undefined) problems.push(`${key}: must be ${kind.wanted}`);
  return value ?? kind.blank;
}

/** What `read` reads of an object; its problems get the place before them. */
function parsePart<T>(
  value: unknown,
  path: string,
  problems: string[],
  read: (fields: ReturnType<typeof readFields>) => T,
): T {
  const fields = readFields(value);
  const result = read(fields);
  try {
    fields.check();
  } catch (error) {
    problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return result;
}

function objectsIn(value: unknown, path: string, problems: string[]): Json[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  problems.push(`${path}: must be an array of objects`);
  return [];
}

const fieldLines = (fields: Readonly<Record<string, string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([object, lines]) => [object, lines.join("\n")]));

function parseObject(entry: Json, path: string, problems: string[]): Declared {
  return parsePart(entry, path, problems, (fields) => {
    const name = fields.need("name", text);
    refuseOthers(fields, ["name", "keyPrefix", "label", "fields"]);
    if (!name.endsWith("__c")) fields.problem("`name` must end with __c");
    return {
      name,
      keyPrefix: fields.need("keyPrefix", text),
      ...optional(fields, "label", text),
      fields: fields.need("fields", listOf(text)).join("\n"),
    };
  });
}

function parseUser(entry: Json, path: string, problems: string[]): SeedUser {
  const { profile = "Standard User", isFrozen = false, permissions = {}, ...record } = entry;
  if (typeof profile !== "string") problems.push(`${path}.profile: must be a profile's name`);
  if (typeof isFrozen !== "boolean") problems.push(`${path}.isFrozen: must be true or false`);
  return {
    ...parseRecord(record, { path, object: "User" }, problems),
    profile: String(profile),
    isFrozen: isFrozen === true,
    permissions: parsePart(permissions, `${path}.permissions`, problems, (fields) => {
      refuseOthers(fields, permissionNames);
      return readPermissions(fields);
    }),
  };
}

function parseQueue(entry: Json, path: string, problems: string[]): SeedQueue {
  const { members = [], objects = [], ...record } = entry;
  const lists = [members, objects].map((list) => listOf(text).read(list));
  if (lists.some((list) => list === undefined))
    problems.push(`${path}: \`members\` and \`objects\` must be lists of texts`);
  const [people = [], owned = []] = lists;
  return { ...parseRecord(record, { path, object: "Group" }, problems), members: people, objects: owned };
}

function parseRecords(seed: Json, problems: string[]): SeedRecord[] {
  const lists = Object.entries(recordLists).map(([key, object]) => ({ path: key, object, value: seed[key] }));
  const more = isObject(seed.records) ? Object.entries(seed.records) : [];
  if (seed.records !== undefined && !isObject(seed.records))
    problems.push("records: must be an object of arrays by the names of objects");
  for (const [object, value] of more) lists.push({ path: `records.${object}`, object, value });
  return lists.flatMap(({ path, object, value }) =>
    objectsIn(value, path, problems).map((entry, index) =>
      parseRecord(entry, { path: `${path}[${index}]`, object }, problems),
    ),
  );
}

function parseRecord(
  { ref, createdAt, Id, ...given }: Json,
  { path, object }: { path: string; object: string },
  problems: string[],
): SeedRecord {
  if (ref !== undefined && (typeof ref !== "string" || ref === "")) problems.push(`${path}.ref: must be a text`);
  if (Id !== undefined && !(typeof Id === "string" && isId(Id))) problems.push(`${path}.Id: must be an id`);
  const at = createdAt === undefined ? undefined : time.read(createdAt);
  if (createdAt !== undefined && at === undefined) problems.push(`${path}.createdAt: must be ${time.wanted}`);
  for (const [name, value] of Object.entries(given))
    if (value !== null && !["string", "number", "boolean"].includes(typeof value))
      problems.push(`${path}.${name}: must be text, number, boolean or null`);
  return {
    ...{ path, object, fields: given },
    ...(typeof Id === "string" ? { id: to18(Id) } : {}),
    ...(typeof ref === "string" ? { ref } : {}),
    ...(at === undefined ? {} : { createdAt: at }),
  };
}

/** Each ref is carried once. */
function checkRefs({ users, queues, records }: Seed, problems: string[]): void {
  const seen = new Set<string>();
  for (const { ref, path } of [...users, ...queues, ...records]) {
    if (ref === undefined) continue;
    if (seen.has(ref)) problems.push(`${path}.ref: ${ref} is another record's already`);
    seen.add(ref);
  }
}
