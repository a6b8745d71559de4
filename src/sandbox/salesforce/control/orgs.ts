import { ControlError, isObject, listOf, number, oneOf, optional, readFields, text } from "../../control-input.ts";
import { type ControlCall, type ControlRoute, listAnswer } from "../../control-listener.ts";
import type { Answer } from "../../http.ts";
import { featureNames } from "../features.ts";
import { to18 } from "../ids.ts";
import { recordId } from "../kinds.ts";
import { patchSettings, shownSettings } from "../org-settings.ts";
import { parseSeed } from "../parse-seed.ts";
import type { SandboxOrg } from "../sandbox-org.ts";
import { seedOrg } from "../seed.ts";
import type { SalesforceState } from "../state.ts";
import { orgOf } from "./org-route.ts";

/** Orgs, their settings, what is locked in them, and what was sent to people. */
export const orgControlRoutes: ControlRoute<SalesforceState>[] = [
  {
    method: "GET",
    paths: ["/orgs"],
    about: "the orgs with the number of their records",
    handle: (state) => ({ status: 200, body: { results: [...state.orgs.values()].map(shownOrg) } }),
  },
  {
    method: "POST",
    paths: ["/orgs"],
    about: "{id?, name?, timeZone?, features?, seed?}: a new org",
    handle: addOrg,
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/seed"],
    about: "users, queues, accounts, contacts, leads, objects, fields, channels, settings …: adds them to an org",
    handle(state, call) {
      const org = orgOf(state, call);
      seedOrg(org, parseSeed(call.body));
      return { status: 200, body: shownOrg(org) };
    },
  },
  {
    method: "GET",
    paths: ["/orgs/:orgId/settings"],
    about: "the org's features, rules and switches",
    handle: (state, call) => ({ status: 200, body: shownSettings(orgOf(state, call)) }),
  },
  {
    method: "PATCH",
    paths: ["/orgs/:orgId/settings"],
    about:
      "{features?, assignment?, duplicates?, automationMs?, lateCommitMs?, pageSize?, isHuge?, validation?, trigger?}",
    handle(state, call) {
      const org = orgOf(state, call);
      patchSettings(org, call.body);
      return { status: 200, body: shownSettings(org) };
    },
  },
  {
    method: "POST",
    paths: ["/orgs/:orgId/locks"],
    about: "{ids, ms}: somebody else holds these rows for so long",
    handle: lock,
  },
  {
    method: "GET",
    paths: ["/orgs/:orgId/notifications"],
    about: "?limit=: bells and pushes, oldest first, once for each who got them",
    handle: (state, call) => listAnswer(orgOf(state, call).notifications, call.query),
  },
  {
    method: "GET",
    paths: ["/orgs/:orgId/feed"],
    about: "?limit=: Chatter posts, oldest first",
    handle: (state, call) => listAnswer(orgOf(state, call).feed, call.query),
  },
];

/** Objects of which there are no records are left out. */
function shownOrg(org: SandboxOrg): Record<string, unknown> {
  const { id, name, timeZone } = org;
  const records: Record<string, number> = {};
  for (const [object, table] of org.tables) {
    const count = [...table.rows()].filter(({ IsDeleted }) => IsDeleted !== true).length;
    if (count > 0) records[object] = count;
  }
  return { id, name, timeZone, features: featureNames.filter((feature) => org.hasFeature(feature)), records };
}

function addOrg(state: SalesforceState, { body }: ControlCall): Answer {
  const fields = readFields(body);
  const id = fields.maybe("id", recordId) ?? freeId(state);
  const options = {
    id,
    ...optional(fields, "name", text),
    ...optional(fields, "timeZone", text),
    ...optional(fields, "features", listOf(oneOf(featureNames))),
  };
  if (!id.startsWith("00D")) fields.problem("`id` must begin with 00D");
  if (state.orgs.has(id)) fields.problem(`There is an org ${id} already`);
  fields.check();
  const seed = isObject(body) && body.seed !== undefined ? parseSeed(body.seed) : null;
  const org = state.addOrg(options);
  if (seed !== null) seedNew(state, org, seed);
  return { status: 201, body: shownOrg(org) };
}

/** An org whose seed cannot be stored never was. */
function seedNew(state: SalesforceState, org: SandboxOrg, seed: ReturnType<typeof parseSeed>): void {
  try {
    seedOrg(org, seed);
  } catch (error) {
    state.orgs.delete(org.id);
    throw error;
  }
}

function freeId({ orgs }: SalesforceState): string {
  let number = orgs.size + 1;
  const idOf = () => to18(`00D${String(number).padStart(12, "0")}`);
  while (orgs.has(idOf())) number += 1;
  return idOf();
}

function lock(state: SalesforceState, call: ControlCall): Answer {
  const { locks, clock, tables } = orgOf(state, call);
  const fields = readFields(call.body);
  const ids = fields.need("ids", listOf(recordId));
  const ms = fields.need("ms", number);
  fields.check();
  const unknown = ids.find((id) => ![...tables.values()].some((table) => table.get(id) !== undefined));
  if (unknown !== undefined) throw new ControlError(404, `There is no record ${unknown}`);
  const until = clock.now() + ms;
  locks.hold(ids, until);
  return { status: 200, body: { ids, until } };
}
