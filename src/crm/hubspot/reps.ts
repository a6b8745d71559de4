import type { z } from "zod";
import type { ListedRep, Rep } from "../../model/rep.ts";
import type { Pay } from "../crm.ts";
import { text } from "../values.ts";
import { type HubspotRecord, ownerList, recordList } from "./answers.ts";
import { parseAbsences, parseShifts, parseTimeZone } from "./availability.ts";
import type { Context } from "./context.ts";
import { paths } from "./paths.ts";

export type Owner = z.infer<typeof ownerList>["results"][number];

/** Hours and absences as text (hubspot.md §5.1). */
export const hoursProperties = ["hs_working_hours", "hs_standard_time_zone", "hs_out_of_office_hours"];

const userProperties = ["hubspot_owner_id", "hs_internal_user_id", ...hoursProperties].join(",");

/** See CrmClient. Owners of type QUEUE are no people, and left out. */
export async function listReps(context: Context, pay: Pay): Promise<readonly ListedRep[]> {
  return (await listPeople(context, pay)).map(({ owner, user }) => ({
    rep: toRep(owner, user),
    email: owner.email?.trim() || null,
  }));
}

/** Owners with their users, who have the hours; without one where there is none or none may be read. */
export async function listPeople(
  context: Context,
  pay: Pay,
): Promise<readonly { owner: Owner; user: HubspotRecord | undefined }[]> {
  const owners = [
    ...(await listOwners(context, { archived: "false" }, pay)),
    ...(await listOwners(context, { archived: "true" }, { lane: pay.lane })),
  ];
  // HubSpot asks apps not to repeat calls that it refused for want of a scope (hubspot.md §7).
  const users = context.memory.capabilities.readsAvailability ? await listUsers(context, { lane: pay.lane }) : [];
  const byOwner = new Map(users.map((user) => [text(user.properties, "hubspot_owner_id"), user]));
  const byUser = new Map(users.map((user) => [text(user.properties, "hs_internal_user_id"), user]));
  return owners
    .filter((owner) => owner.type !== "QUEUE")
    .map((owner) => ({ owner, user: byOwner.get(owner.id) ?? byUser.get(userIdOf(owner) ?? "") }));
}

/** `user` has the hours and absences, of now or of a moment. */
export function toRep(owner: Owner, user: Pick<HubspotRecord, "properties"> | undefined): Rep {
  const name = [owner.firstName, owner.lastName].filter(Boolean).join(" ").trim();
  const properties = user?.properties ?? {};
  return {
    id: owner.id,
    userId: userIdOf(owner),
    name: name || (owner.email ?? `Owner ${owner.id}`),
    active: owner.archived !== true,
    teams: (owner.teams ?? []).map((team) => team.name),
    timeZone: parseTimeZone(text(properties, "hs_standard_time_zone")),
    shifts: parseShifts(text(properties, "hs_working_hours")),
    absences: parseAbsences(text(properties, "hs_out_of_office_hours")),
  };
}

/** A deactivated user's id stands in the second alone (hubspot.md §4.10). */
const userIdOf = (owner: Owner): string | null => owner.userId ?? owner.userIdIncludingInactive ?? null;

async function listOwners({ api }: Context, { archived }: { archived: string }, pay: Pay): Promise<Owner[]> {
  return allPages(pay, async (after, turn) => {
    const query = { limit: "100", archived, ...after };
    return api({ method: "GET", path: paths.owners, effect: "read", query }, ownerList, turn);
  });
}

async function listUsers({ api }: Context, pay: Pay): Promise<HubspotRecord[]> {
  return allPages(pay, async (after, turn) => {
    const query = { limit: "100", properties: userProperties, ...after };
    return api({ method: "GET", path: paths.objects("users"), effect: "read", query }, recordList, turn);
  });
}

type Listed<T> = { results: readonly T[]; paging?: { next?: { after: string } | null | undefined } | null | undefined };

async function allPages<T>(
  pay: Pay,
  readPage: (after: { after?: string }, pay: Pay) => Promise<Listed<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let turn = pay;
  let after: string | undefined;
  do {
    const page = await readPage(after === undefined ? {} : { after }, turn);
    items.push(...page.results);
    after = page.paging?.next?.after;
    turn = { lane: pay.lane };
  } while (after !== undefined);
  return items;
}
