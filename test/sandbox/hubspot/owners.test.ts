import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parseSeed, seedPortal } from "../../../src/sandbox/hubspot/seed.ts";
import { valueAt } from "../api.ts";
import { families, startWorld, type World } from "./world.ts";

const owner = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  userId: Number(id) + 9_000,
  email: `rep${id}@us.example`,
  firstName: "Rep",
  lastName: id,
  ...more,
});

let world: World;
beforeEach(async () => {
  world = await startWorld();
  const seed = {
    teams: [{ id: "70", name: "DACH" }],
    owners: [
      owner("11", { teams: [{ id: "70" }], superAdmin: true }),
      owner("12"),
      owner("13", { archived: true }),
      owner("14", { type: "QUEUE" }),
    ],
    contacts: [{ id: "500", properties: { email: "ada@one.example" } }],
  };
  seedPortal(world.portal, parseSeed(seed));
});
afterEach(() => world.stop());

describe.each(families)("owners on $name", (family) => {
  const assign = (ownerId: string) =>
    world.api("PATCH", family.objects("contacts", "500"), { properties: { hubspot_owner_id: ownerId } });

  test.each([
    ["no owner at all", "4711"],
    ["a user id", "9011"],
  ])('hubspot.md §9 Objects: "Owner write: unknown id → 400" (%s)', async (_what, id) => {
    const reply = await assign(id);

    expect([reply.status, reply.text("errors.0.context.propertyName.0")]).toEqual([400, "hubspot_owner_id"]);
  });

  test("hubspot.md §4.3: an owner write stamps when, and a cleared owner clears the stamp", async () => {
    world.hubspot.clock.advance(1_000);
    const assigned = await assign("11");
    const cleared = await assign("");

    expect(assigned.text("properties.hubspot_owner_assigneddate")).toBe("2026-11-20T10:00:01.000Z");
    expect(valueAt(cleared.body, "properties.hubspot_owner_assigneddate")).toBeUndefined();
  });

  test("hubspot.md §4.10: a queue is an owner too", async () => {
    expect((await assign("14")).status).toBe(200);
  });

  test.each([
    ["accept" as const, 200],
    ["reject" as const, 400],
  ])('hubspot.md §9 Objects: "archived owner configurable accept/reject" (%s → %d)', async (setting, status) => {
    world.portal.settings.archivedOwnerWrites = setting;

    expect((await assign("13")).status).toBe(status);
  });

  test('hubspot.md §9 Objects: "owners endpoint hides archived unless archived=true"', async () => {
    const active = await world.api("GET", family.owners());
    const archived = await world.api("GET", `${family.owners()}?archived=true`);

    expect(valueAt(active.body, "results")).toMatchObject([{ id: "11" }, { id: "12" }, { id: "14", type: "QUEUE" }]);
    expect(valueAt(archived.body, "results")).toEqual([
      {
        id: "13",
        email: "rep13@us.example",
        type: "PERSON",
        firstName: "Rep",
        lastName: "13",
        // hubspot.md §4.10: no `userId` once archived.
        userIdIncludingInactive: 9013,
        createdAt: "2026-11-19T10:00:00.000Z",
        updatedAt: "2026-11-19T10:00:00.000Z",
        archived: true,
      },
    ]);
  });

  test('hubspot.md §9 Objects: "owners endpoint paging by after"', async () => {
    const first = await world.api("GET", `${family.owners()}?limit=2`);
    const second = await world.api("GET", `${family.owners()}?limit=2&after=${first.text("paging.next.after")}`);
    const tooMany = await world.api("GET", `${family.owners()}?limit=501`);

    expect([first.text("results.1.id"), second.text("results.0.id"), tooMany.status]).toEqual(["12", "14", 400]);
    expect(valueAt(second.body, "paging")).toBeUndefined();
  });

  test("hubspot.md §4.10: one owner by id or user id, by e-mail from the list, with teams", async () => {
    const byId = await world.api("GET", family.owners("11"));
    const byUser = await world.api("GET", `${family.owners("9012")}?idProperty=userId`);
    const byEmail = await world.api("GET", `${family.owners()}?email=rep12@us.example`);
    const hidden = await world.api("GET", family.owners("13"));

    expect(byId.body).toMatchObject({ userId: 9011, teams: [{ id: "70", name: "DACH", primary: true }] });
    expect([byUser.text("id"), byEmail.text("results.0.id"), hidden.status]).toEqual(["12", "12", 404]);
  });

  test("hubspot.md §4.10: provisioning lists active users and teams", async () => {
    const users = await world.api("GET", family.settingsUsers());
    const admin = await world.api("GET", `${family.settingsUsers("rep11@us.example")}?idProperty=EMAIL`);
    const teams = await world.api("GET", family.settingsUsers("teams"));

    expect(valueAt(users.body, "results")).toMatchObject([{ id: "9011" }, { id: "9012" }]);
    expect(admin.body).toMatchObject({ id: "9011", superAdmin: true, primaryTeamId: "70" });
    expect(teams.body).toEqual({ results: [{ id: "70", name: "DACH", userIds: [9011], secondaryUserIds: [] }] });
  });

  test("hubspot.md §4.7: pipelines with their stages, metadata as text", async () => {
    const reply = await world.api("GET", family.pipelines("deals"));

    expect(valueAt(reply.body, "results.0")).toMatchObject({
      id: "default",
      archived: false,
      stages: expect.arrayContaining([
        expect.objectContaining({
          id: "closedwon",
          metadata: { isClosed: "true", probability: "1.0" },
          archived: false,
        }),
      ]),
    });
  });
});
