import { ControlError } from "../control-input.ts";
import { channelProblems } from "./channels.ts";
import { SalesforceError } from "./errors.ts";
import { changeSettings } from "./org-settings.ts";
import type { Seed } from "./parse-seed.ts";
import { adminOf, toPermissions } from "./people.ts";
import { notStored, placeAll } from "./place-seed.ts";
import type { SandboxOrg } from "./sandbox-org.ts";
import { storeRecord } from "./seed-records.ts";
import { addSchema } from "./seed-schema.ts";
import { beginTransaction } from "./transaction.ts";

/**
 * Fills an org. Nobody is told: seeding makes no events. Records are as old as they say. Throws one 400 that lists by its
 * place every value that Salesforce could not hold; the org has none of the records then.
 */
export function seedOrg(org: SandboxOrg, seed: Seed): void {
  addSchema(org, seed);
  const placed = placeAll(org, seed);
  const idOf = new Map(placed.flatMap(({ ref, id }) => (ref === undefined ? [] : [[ref, id]])));
  const transaction = beginTransaction();
  const problems: string[] = [];
  const [firstAdmin] = seed.users.filter(({ profile }) => profile === "System Administrator");
  const users = placed.filter(({ object }) => object === "User");
  const admin = users.find(({ path }) => path === firstAdmin?.path)?.id ?? adminOf(org) ?? users[0]?.id ?? null;
  for (const record of placed)
    collect(problems, record.path, () => storeRecord({ org, transaction, idOf, admin }, record));
  problems.push(...channelProblems(org, seed.channels));
  if (problems.length === 0)
    collect(problems, "settings", () => changeSettings(org, { ...seed.settings, ...assignmentOf(seed, idOf) }));
  if (problems.length > 0) {
    transaction.rollback();
    throw notStored(problems);
  }
  org.channels.push(...seed.channels);
  for (const { path, permissions } of seed.users) {
    const user = users.find((candidate) => candidate.path === path);
    if (user !== undefined && Object.keys(permissions).length > 0) org.permit(user.id, toPermissions(permissions));
  }
}

function collect(problems: string[], path: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof SalesforceError || error instanceof ControlError)) throw error;
    problems.push(`${path}: ${error.message}`);
  }
}

/** Owners that assignment rules give records to, by their ids. */
function assignmentOf({ settings }: Seed, idOf: ReadonlyMap<string, string>): Pick<Seed["settings"], "assignment"> {
  if (settings.assignment === undefined) return {};
  const owners = Object.entries(settings.assignment).map(([object, owner]) => [
    object,
    owner?.startsWith("@") === true ? (idOf.get(owner.slice(1)) ?? owner) : owner,
  ]);
  return { assignment: Object.fromEntries(owners) };
}
