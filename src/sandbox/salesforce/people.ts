import { type Fields, flag, type Kind, listOf, optional, orNull, text } from "../control-input.ts";
import { fieldNames } from "./kinds.ts";
import { type Org, tableOf } from "./org.ts";
import type { Permissions } from "./permissions.ts";
import type { Row } from "./schema.ts";

/** `viewAll` as JSON has it: a word, or the names of objects. */
const viewAll: Kind<"everything" | string[]> = {
  wanted: '"everything" or a list of objects',
  blank: "everything",
  read: (value) => (value === "everything" ? value : listOf(text).read(value)),
};

/** What of a user's permissions is given as JSON. */
export type PermissionsChange = {
  viewAll?: "everything" | string[];
  hidden?: Record<string, string[]>;
  readOnly?: Record<string, string[]>;
  reads?: string[] | null;
  sendCustomNotifications?: boolean;
  editConvertedLeads?: boolean;
};

/** The names of `PermissionsChange`. */
export const permissionNames = [
  "viewAll",
  "hidden",
  "readOnly",
  "reads",
  "sendCustomNotifications",
  "editConvertedLeads",
] as const;

/** Reads permissions; what is wrong with their form is noted in `fields`. */
export function readPermissions(fields: Fields): PermissionsChange {
  return {
    ...optional(fields, "viewAll", viewAll),
    ...optional(fields, "hidden", fieldNames),
    ...optional(fields, "readOnly", fieldNames),
    ...optional(fields, "reads", orNull(listOf(text))),
    ...optional(fields, "sendCustomNotifications", flag),
    ...optional(fields, "editConvertedLeads", flag),
  };
}

/** The same as `OrgSetup.permit` takes them. */
export function toPermissions({ viewAll, hidden, readOnly, reads, ...flags }: PermissionsChange): Partial<Permissions> {
  return {
    ...flags,
    ...(viewAll === undefined ? {} : { viewAll: viewAll === "everything" ? viewAll : new Set(viewAll) }),
    ...(hidden === undefined ? {} : { hidden: setsOf(hidden) }),
    ...(readOnly === undefined ? {} : { readOnly: setsOf(readOnly) }),
    ...(reads === undefined ? {} : { reads: reads && new Set(reads) }),
  };
}

const setsOf = (lists: Readonly<Record<string, string[]>>): Map<string, Set<string>> =>
  new Map(Object.entries(lists).map(([object, names]) => [object, new Set(names)]));

/** Permissions as JSON has them. */
export function shownPermissions(permissions: Permissions): Record<string, unknown> {
  const { viewAll, hidden, readOnly, reads, ...flags } = permissions;
  const lists = (sets: ReadonlyMap<string, ReadonlySet<string>>) =>
    Object.fromEntries([...sets].map(([object, names]) => [object, [...names]]));
  return {
    viewAll: viewAll === "everything" ? viewAll : [...viewAll],
    ...{ hidden: lists(hidden), readOnly: lists(readOnly) },
    reads: reads && [...reads],
    ...flags,
  };
}

/** Who acts where nobody is named: the first administrator who is active, else the first active user; null of an org without. */
export function adminOf(org: Org): string | null {
  const active = [...tableOf(org, "User").rows()].filter((row) => row.IsActive === true);
  return firstOf(org, active, "System Administrator");
}

/** Who has this profile, else anybody. */
function firstOf(org: Org, users: readonly Row[], profile: string): string | null {
  const hasProfile = ({ ProfileId }: Row): boolean => tableOf(org, "Profile").get(String(ProfileId))?.Name === profile;
  const user = users.find(hasProfile) ?? users[0];
  return user === undefined ? null : String(user.Id);
}

/**
 * As whom an app runs where nobody is named: the first user with the profile for integrations who may log in, else the
 * first who may; null of an org without.
 */
export function integrationUserOf(org: Org): string | null {
  const users = [...tableOf(org, "User").rows()].filter((row) => mayLogIn(org, row));
  return firstOf(org, users, "Minimum Access - API Only Integrations");
}

/** Is this user active, and not frozen? */
export function mayLogIn(org: Org, user: Row): boolean {
  return user.IsActive === true && loginOf(org, String(user.Id))?.IsFrozen !== true;
}

/** The login of a user, which tells whether it is frozen (salesforce.md §4.4). */
export function loginOf(org: Org, userId: string): Row | undefined {
  const [login] = tableOf(org, "UserLogin").withValues("UserId", [userId]);
  return login;
}
