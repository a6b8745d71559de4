import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { type Conformance, codeOf, errorOf, startConformance } from "./conformance-world.ts";

let world: Conformance;
beforeEach(async () => {
  world = await startConformance();
});
afterEach(() => world.stop());

describe("rules of the org", () => {
  const lead = { LastName: "Berg", Company: "Acme" };
  const header = { "Sforce-Auto-Assign": "FALSE" };

  test("§8.13 an assignment rule overwrites the owner on create and on update, unless a header says FALSE", async () => {
    world.org.rules.assignment.set("Lead", world.queueId);
    const owned = { ...lead, OwnerId: world.reps[0] };
    const owners: unknown[] = [];
    for (const options of [{}, { headers: header }]) {
      const { id = "" } = await world.conn.sobject("Lead").create(owned, options);
      owners.push(world.rowOf("Lead", id).OwnerId);
      await world.conn.sobject("Lead").update({ Id: id, OwnerId: world.reps[1] }, options);
      owners.push(world.rowOf("Lead", id).OwnerId);
    }
    expect(owners).toEqual([world.queueId, world.queueId, world.reps[0], world.reps[1]]);
  });

  test("§8.13 without a rule the owner stays as it was written, and a Contact has none", async () => {
    const Id = putRow(world.org, "Contact", { LastName: "Berg", OwnerId: world.userId });
    world.org.rules.assignment.set("Lead", world.queueId);
    await world.conn.sobject("Contact").update({ Id, OwnerId: world.reps[0] });
    expect(world.rowOf("Contact", Id).OwnerId).toBe(world.reps[0]);
  });

  test.each<["alert" | "block", boolean, string]>([
    ["alert", false, "DUPLICATES_DETECTED"],
    ["alert", true, "taken"],
    ["block", false, "DUPLICATES_DETECTED"],
    ["block", true, "DUPLICATES_DETECTED"],
  ])("§8.14 a duplicate rule that %ss, with a header that lets pass: %s", async (mode, isAllowed, told) => {
    const email = { Email: "jana@acme.example" };
    const twin = world.aLead(email);
    const Id = world.aLead(email);
    world.org.rules.duplicates = mode;
    const headers: Record<string, string> = isAllowed ? { "Sforce-Duplicate-Rule-Header": "allowSave=true" } : {};
    const error = await errorOf(world.conn.sobject("Lead").create({ ...lead, ...email }, { headers }));
    expect(error?.errorCode ?? "taken").toBe(told);
    // An owner's change asks the rule again.
    expect(await codeOf(world.conn.sobject("Lead").update({ Id, OwnerId: world.reps[0] }, { headers }))).toBe(told);
    if (error === null) return;
    expect(error.data).toMatchObject({
      duplicateResult: {
        ...{ allowSave: mode === "alert", duplicateRuleEntityType: "Lead" },
        matchResults: [{ entityType: "Lead", size: 2, matchRecords: [{ record: { Id: twin } }, { record: { Id } }] }],
      },
    });
  });
});

describe("owners", () => {
  test.each<[string, string, string, string]>([
    ["a user who left", "Lead", "left", "INACTIVE_OWNER_OR_USER"],
    ["a user of a portal", "Lead", "partner", "OP_WITH_INVALID_USER_TYPE_EXCEPTION"],
    ["a user who may not read Leads", "Lead", "blind", "TRANSFER_REQUIRES_READ"],
    ["a queue of Leads", "Lead", "queue", "taken"],
    ["a queue of nothing", "Lead", "other", "INVALID_CROSS_REFERENCE_KEY"],
    ["a queue", "Contact", "queue", "FIELD_INTEGRITY_EXCEPTION"],
    ["a queue", "Account", "queue", "FIELD_INTEGRITY_EXCEPTION"],
  ])("§8.16 %s as the owner of a %s", async (_, object, who, code) => {
    const { org, reps, queueId } = world;
    const user = (values: Record<string, string | boolean>) =>
      putRow(org, "User", { IsActive: true, UserType: "Standard", ...values });
    org.permit(reps[1], { reads: new Set(["Contact"]) });
    const owners: Record<string, string> = {
      left: user({ IsActive: false }),
      partner: user({ UserType: "PowerPartner" }),
      blind: reps[1],
      queue: queueId,
      other: putRow(org, "Group", { Name: "Cases", Type: "Queue" }),
    };
    const Id = putRow(org, object, { Name: "Berg", LastName: "Berg", Company: "Acme", OwnerId: reps[0] });
    const error = await errorOf(world.conn.sobject(object).update({ Id, OwnerId: owners[who] ?? "" }));
    expect(error?.errorCode ?? "taken").toBe(code);
    expect(world.rowOf(object, Id).OwnerId).toBe(code === "taken" ? owners[who] : reps[0]);
  });

  test("§8.16 there is always one: nobody is refused on update, and is who writes on create", async () => {
    const { id: Id = "" } = await world.conn
      .sobject("Lead")
      .create({ LastName: "Berg", Company: "Acme", OwnerId: null });
    expect(await codeOf(world.conn.sobject("Lead").update({ Id, OwnerId: null }))).toBe("INVALID_CROSS_REFERENCE_KEY");
    expect(world.rowOf("Lead", Id).OwnerId).toBe(world.userId);
  });

  test("§8.16 a converted Lead is read alone, unless the user may edit it", async () => {
    const Id = world.aLead({ IsConverted: true });
    const write = () => codeOf(world.conn.sobject("Lead").update({ Id, Rating: "Hot" }));
    expect(await write()).toBe("CANNOT_UPDATE_CONVERTED_LEAD");
    world.org.permit(world.userId, { editConvertedLeads: true });
    expect(await write()).toBe("taken");
    expect((await world.conn.query("SELECT Id FROM Lead WHERE IsConverted = true")).totalSize).toBe(1);
  });
});
