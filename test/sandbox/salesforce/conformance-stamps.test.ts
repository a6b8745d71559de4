import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Change } from "../../../src/sandbox/salesforce/change.ts";
import { changeBySystem, changeFormulas } from "../../../src/sandbox/salesforce/system-writes.ts";
import { type Conformance, codeOf, composite, part, sendComposite, startConformance } from "./conformance-world.ts";
import { startAt } from "./world.ts";

let world: Conformance;
let told: Change[];
beforeEach(async () => {
  world = await startConformance();
  told = [];
  world.org.onCommit.push((changes) => told.push(...changes));
});
afterEach(() => world.stop());

const lead = { LastName: "Berg", Company: "Acme" };
const stampsOf = (id: string) => {
  const { CreatedDate, LastModifiedDate, SystemModstamp } = world.rowOf("Lead", id);
  return [CreatedDate, LastModifiedDate, SystemModstamp].map((at) => Number(at) - startAt);
};

/** What a poll by SystemModstamp reads, as salesforce.md §1.8 has it. */
async function poll({ at, id = "" }: { at: number; id?: string }): Promise<string[]> {
  const from = new Date(at).toISOString();
  const { records } = await world.conn.query(
    `SELECT Id FROM Lead WHERE SystemModstamp > ${from} OR (SystemModstamp = ${from} AND Id > '${id}')
     ORDER BY SystemModstamp ASC, Id ASC LIMIT 2000`,
  );
  return records.map(({ Id }) => String(Id));
}

describe("stamps", () => {
  test("§8.18 a create sets all three, an update the last two, and tell who it was", async () => {
    const { id = "" } = await world.conn.sobject("Lead").create(lead);
    world.advance(1_000);
    await world.connectionOf(world.reps[0]).sobject("Lead").update({ Id: id, Rating: "Hot" });
    expect(stampsOf(id)).toEqual([0, 1_000, 1_000]);
    expect(world.rowOf("Lead", id)).toMatchObject({ CreatedById: world.userId, LastModifiedById: world.reps[0] });
  });

  test("§8.18 several rows share one timestamp, and a poll goes on behind the id", async () => {
    const saved = await world.conn.sobject("Lead").create([lead, lead, lead]);
    const ids = saved.map(({ id = "" }) => id);
    expect(new Set(ids.map((id) => stampsOf(id).join())).size).toBe(1);
    expect(await poll({ at: startAt, id: ids[0] ?? "" })).toEqual(ids.slice(1));
  });

  test("§8.18 a system update moves SystemModstamp alone", async () => {
    const { id = "" } = await world.conn.sobject("Lead").create(lead);
    world.advance(1_000);
    changeBySystem(world.org, { object: "Lead", id }, { Industry: "Retail" });
    expect(stampsOf(id)).toEqual([0, 0, 1_000]);
    expect(await poll({ at: startAt, id })).toEqual([id]);
    expect(told.at(-1)).toMatchObject({ changeType: "UPDATE", changedFields: ["Industry"], changeOrigin: "" });
  });

  test("§8.18 a formula's change moves neither, and no event tells of it", async () => {
    world.org.addFields("Lead", "Is_MQL__c~ boolean");
    const { id = "" } = await world.conn.sobject("Lead").create(lead);
    told.length = 0;
    world.advance(1_000);
    changeFormulas(world.org, { object: "Lead", id }, { Is_MQL__c: true });
    expect((await world.conn.query("SELECT Id FROM Lead WHERE Is_MQL__c = true")).records).toMatchObject([{ Id: id }]);
    expect([stampsOf(id), told]).toEqual([[0, 0, 0], []]);
    expect(() => changeFormulas(world.org, { object: "Lead", id }, { Rating: "Hot" })).toThrow("Lead.Rating");
    expect(await codeOf(world.conn.sobject("Lead").update({ Id: id, Is_MQL__c: false }))).toBe(
      "INVALID_FIELD_FOR_INSERT_UPDATE",
    );
  });

  test("§8.18 LastActivityDate moves no stamp and makes no event", async () => {
    const { id = "" } = await world.conn.sobject("Lead").create(lead);
    world.advance(1_000);
    told.length = 0;
    await world.conn.sobject("Task").create({ WhoId: id, Status: "Completed", ActivityDate: "2026-11-17" });
    expect([world.rowOf("Lead", id).LastActivityDate, stampsOf(id)]).toEqual(["2026-11-17", [0, 0, 0]]);
    expect(told.map(({ entityName }) => entityName)).toEqual(["Task"]);
  });
});

describe("a late commit", () => {
  test("§8.18 makes a row visible after one that was stamped later", async () => {
    world.org.rules.lateCommitMs = 30_000;
    const slow = world.conn.sobject("Lead").create(lead);
    await world.arrived(1);
    world.org.rules.lateCommitMs = 0;
    world.advance(10_000);
    const { id: quick = "" } = await world.conn.sobject("Lead").create(lead);
    expect(await poll({ at: 0 })).toEqual([quick]);
    world.advance(20_000);
    const { id = "" } = await slow;
    expect([stampsOf(id), stampsOf(quick)]).toEqual([
      [0, 0, 0],
      [10_000, 10_000, 10_000],
    ]);
    // A poll that goes on where it was misses the row; one that overlaps does not.
    expect(await poll({ at: startAt + 10_000, id: quick })).toEqual([]);
    expect(await poll({ at: startAt - 300_000 })).toEqual([id, quick]);
    expect(told.map(({ recordIds }) => recordIds[0])).toEqual([quick, id]);
  });

  test("§8.18 is over when the writer is told, and others wait for the rows until then", async () => {
    const Id = world.aLead();
    world.org.rules.lateCommitMs = 5_000;
    const first = world.conn.sobject("Lead").update({ Id, Rating: "Hot" });
    await world.arrived(1);
    world.org.rules.lateCommitMs = 0;
    const second = world.conn.sobject("Lead").update({ Id, Title: "CEO" });
    await world.arrived(2);
    expect(world.rowOf("Lead", Id)).toMatchObject({ Rating: null, Title: null });
    world.advance(5_000);
    await first;
    await second;
    expect(world.rowOf("Lead", Id)).toMatchObject({ Rating: "Hot", Title: "CEO" });
  });

  test("§8.18 keeps what parts of a composite refer to", async () => {
    world.org.rules.lateCommitMs = 5_000;
    const sent = sendComposite(
      world.conn,
      composite({
        lead: part("POST", "/sobjects/Lead", lead),
        rated: part("PATCH", "/sobjects/Lead/@{lead.id}", { Rating: "Hot" }),
        bad: part("POST", "/sobjects/Lead", {}),
      }),
    );
    await world.arrived(1);
    expect(await poll({ at: 0 })).toEqual([]);
    world.advance(5_000);
    expect((await sent).map(({ httpStatusCode }) => httpStatusCode)).toEqual([201, 204, 400]);
    expect((await world.conn.query("SELECT Id FROM Lead WHERE Rating = 'Hot'")).totalSize).toBe(1);
  });
});

describe("getUpdated and getDeleted", () => {
  const minuteMs = 60_000;
  const at = (ms: number) => new Date(startAt + ms).toISOString();

  test("§8 Actions: seconds are cut off at both ends, and the covered end is told", async () => {
    const ids: string[] = [];
    for (const wait of [0, 59_000, 1_000, 60_000]) {
      world.advance(wait);
      ids.push((await world.conn.sobject("Lead").create(lead)).id ?? "");
    }
    const updated = await world.conn.sobject("Lead").updated(at(30_000), at(2 * minuteMs + 30_000));
    expect(updated).toEqual({ ids: ids.slice(0, 3), latestDateCovered: "2026-11-17T14:02:00.000+0000" });
    await world.conn.sobject("Lead").destroy(ids[0] ?? "");
    world.advance(minuteMs);
    const deleted = await world.conn.sobject("Lead").deleted(at(0), at(10 * minuteMs));
    expect(deleted.deletedRecords).toEqual([{ id: ids[0], deletedDate: "2026-11-17T14:02:00.000+0000" }]);
    expect((await world.conn.sobject("Lead").updated(at(0), at(10 * minuteMs))).ids).toEqual(ids.slice(1));
  });

  test.each<[string, number, number, string]>([
    ["30 days back", -30 * 1440 * minuteMs, 0, "taken"],
    ["further back than 30 days", -30 * 1440 * minuteMs - 1, 0, "INVALID_REPLICATION_DATE"],
    ["within one minute", 10_000, 50_000, "INVALID_REPLICATION_DATE"],
    ["backwards", minuteMs, 0, "INVALID_REPLICATION_DATE"],
  ])("§8 Actions: getUpdated %s", async (_, start, end, code) => {
    expect(await codeOf(world.conn.sobject("Lead").updated(at(start), at(end)))).toBe(code);
  });
});
