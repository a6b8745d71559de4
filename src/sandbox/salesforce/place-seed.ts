import { ControlError } from "../control-input.ts";
import { tableOf } from "./org.ts";
import type { Seed, SeedRecord } from "./parse-seed.ts";
import type { SandboxOrg } from "./sandbox-org.ts";
import type { Placed } from "./seed-records.ts";

/** Why a seed that can be read cannot be stored. */
export const notStored = (problems: readonly string[]): ControlError =>
  new ControlError(400, `The seed cannot be stored:\n${problems.join("\n")}`);

/** Every record with its id, in the order in which they are stored: with what stands behind users and queues. */
export function placeAll(org: SandboxOrg, { users, queues, records }: Seed): Placed[] {
  const place = (record: SeedRecord): Placed => {
    const table = org.tables.get(record.object);
    if (table === undefined) throw notStored([`${record.path}: There is no object ${record.object}`]);
    const id = record.id ?? org.newId(table.object);
    if (!id.startsWith(table.object.keyPrefix)) throw notStored([`${record.path}.Id: ${id} is no ${record.object}`]);
    if (table.get(id) !== undefined) throw notStored([`${record.path}.Id: ${id} is there already`]);
    return { ...record, id };
  };
  const profiles = new Map([...tableOf(org, "Profile").rows()].map(({ Name, Id }) => [Name, Id]));
  const people = users.flatMap(({ profile, isFrozen, ...user }) => {
    const { FirstName, LastName, Email } = user.fields;
    const ProfileId = profiles.get(profile) ?? profile;
    const usual = { IsActive: true, Username: Email, UserType: "Standard", TimeZoneSidKey: org.timeZone, ProfileId };
    const placed = place({ ...user, fields: { ...usual, FirstName, LastName, ...user.fields } });
    const login = { UserId: placed.id, IsFrozen: isFrozen, IsPasswordLocked: false };
    return [placed, place({ path: user.path, object: "UserLogin", fields: login })];
  });
  const groups = queues.flatMap(({ members, objects, ...queue }) => {
    const DeveloperName = String(queue.fields.Name).replace(/\W+/g, "_");
    const placed = place({ ...queue, fields: { DeveloperName, Type: "Queue", ...queue.fields } });
    const beside = (object: string, fields: Record<string, unknown>) => place({ path: queue.path, object, fields });
    return [
      placed,
      ...members.map((UserOrGroupId) => beside("GroupMember", { GroupId: placed.id, UserOrGroupId })),
      ...objects.map((SobjectType) => beside("QueueSobject", { QueueId: placed.id, SobjectType })),
    ];
  });
  return [...people, ...groups, ...records.map(place)];
}
