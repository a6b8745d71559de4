import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { errorOf } from "../../src/crm/hubspot/errors.ts";
import { CrmError } from "../../src/errors.ts";
import type { Fault } from "../../src/sandbox/hubspot/faults.ts";
import { contactIn, fillPortal } from "./hubspot-records.ts";
import { type HubspotWorld, startHubspotWorld } from "./hubspot-world.ts";

let world: HubspotWorld;
beforeEach(async () => {
  world = await startHubspotWorld();
  fillPortal(world.portal);
});
afterEach(() => world.stop());

const status = (code: number): Bend => ({ kind: "status-before", status: code });
type Bend = Omit<Fault, "route">;
const read = "POST /crm/objects/:version/contacts/batch/read";
const update = "POST /crm/objects/:version/contacts/batch/update";

const sentTo = (path: string) =>
  world.hubspot.requests.list({}).filter((request) => request.path.endsWith(path)).length;

async function failureOf(promise: Promise<unknown>): Promise<CrmError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof CrmError) return error;
  throw new Error(`Expected a CrmError, got ${String(error)}`);
}

/** What bends the answer; the kind of a read and how often it is sent; the receipt of a write and how often it is sent. */
const rows: [string, Bend, string, number, string, number][] = [
  ["400", status(400), "rejected", 1, "refused", 1],
  ["401", status(401), "unauthorized", 2, "retry", 2],
  ["an expired token", { kind: "token-expired" }, "unauthorized", 2, "retry", 2],
  ["402", status(402), "rejected", 1, "refused", 1],
  ["403", status(403), "missing-scope", 1, "refused", 1],
  ["404 of a record", status(404), "not-found", 1, "gone", 1],
  ["408", status(408), "unavailable", 3, "unknown", 1],
  ["409", status(409), "conflict", 1, "refused", 1],
  ["414", status(414), "rejected", 1, "refused", 1],
  ["415", status(415), "rejected", 1, "refused", 1],
  ["423", { kind: "locked" }, "locked", 3, "retry", 3],
  ["429 of the burst", { kind: "rate-limit" }, "rate-limited", 3, "retry", 1],
  ["429 of search", { kind: "search-rate-limit" }, "rate-limited", 3, "retry", 1],
  ["429 without a policy", status(429), "rate-limited", 3, "retry", 1],
  ["429 of the day", { kind: "daily-limit" }, "quota", 1, "retry", 1],
  ["477", { kind: "migrating", retryAfter: 120 }, "migrating", 1, "retry", 1],
  ["500", status(500), "unavailable", 3, "unknown", 1],
  ["501", status(501), "unavailable", 3, "unknown", 1],
  ["502", status(502), "unavailable", 3, "unknown", 1],
  ["503", status(503), "unavailable", 3, "unknown", 1],
  ["504", status(504), "unavailable", 3, "unknown", 1],
  ["521", status(521), "unavailable", 3, "unknown", 1],
  ["522", status(522), "unavailable", 3, "unknown", 1],
  ["523", status(523), "unavailable", 3, "unknown", 1],
  ["524", status(524), "unavailable", 3, "unknown", 1],
  ["525", status(525), "unavailable", 3, "unknown", 1],
  ["526", status(526), "unavailable", 3, "unknown", 1],
  ["300", status(300), "unavailable", 3, "unknown", 1],
  ["302", { kind: "redirect" }, "unavailable", 3, "unknown", 1],
  ["307", { kind: "redirect", status: 307 }, "unavailable", 3, "unknown", 1],
  ["200 without a body", { kind: "empty" }, "unavailable", 3, "unknown", 1],
  ["200 with an error", { kind: "error-200" }, "unavailable", 3, "unknown", 1],
  ["HTML with 502", { kind: "html", status: 502 }, "unavailable", 3, "unknown", 1],
  ["HTML with 200", { kind: "html", status: 200 }, "unavailable", 3, "unknown", 1],
  ["half a body", { kind: "truncated" }, "unavailable", 3, "unknown", 1],
  ["a reset before the effect", { kind: "drop-before" }, "unavailable", 3, "unknown", 1],
  ["a reset after the effect", { kind: "drop-after" }, "unavailable", 3, "unknown", 1],
  ["500 after the effect", { kind: "status-after", status: 500 }, "unavailable", 3, "unknown", 1],
  ["an effect after the answer", { kind: "late-effect", delayMs: 5_000 }, "unavailable", 3, "unknown", 1],
];

describe("reliability.md §3.10, F14: each answer has its class", () => {
  test.each(rows)("a read answered with %s", async (_name, bend, kind, requests) => {
    const id = contactIn(world.portal, {});
    world.hubspot.faults.add({ route: read, ...bend });

    const error = await failureOf(world.client.readLeads([id], [], { lane: "live-read" }));

    expect([error.kind, sentTo("contacts/batch/read")]).toEqual([kind, requests]);
  });

  test.each(rows)("a write answered with %s", async (_name, bend, _kind, _reads, receipt, requests) => {
    const leadId = contactIn(world.portal, {});
    world.hubspot.faults.add({ route: update, ...bend });

    const receipts = await world.client.updateLeads([{ key: "k", leadId, ownerId: "11" }], { lane: "owner-write" });

    expect([receipts.get("k")?.kind, sentTo("contacts/batch/update")]).toEqual([receipt, requests]);
  });

  test("a record that a read could not give is not gone, and the error names it", async () => {
    const [id, other] = [contactIn(world.portal, {}), contactIn(world.portal, {})];
    world.hubspot.faults.add({ route: read, kind: "record-failed", record: id });

    const error = await failureOf(world.client.readLeads([id, other], [], { lane: "live-read" }));

    expect([error.kind, error.recordIds]).toEqual(["unavailable", [id]]);
  });

  test("a task that could not be looked up is not absent: it would be made twice", async () => {
    const id = contactIn(world.portal, {});
    world.hubspot.faults.add({ route: "*", kind: "record-failed", record: id });

    const error = await failureOf(world.client.findTasks([{ key: "k", leadId: id }], { lane: "task" }));

    expect([error.kind, error.recordIds]).toEqual(["unavailable", [id]]);
  });

  test.each([
    "first",
    "middle",
    "last",
  ])("the %s of a batch is refused, and its siblings are written", async (place) => {
    const leadIds = ["first", "middle", "last"].map(() => contactIn(world.portal, {}));
    const writes = ["first", "middle", "last"].map((key, index) => ({
      key,
      leadId: leadIds[index] ?? "",
      ownerId: key === place ? "13" : "11",
    }));

    const receipts = await world.client.updateLeads(writes, { lane: "owner-write" });

    const kinds = Object.fromEntries([...receipts].map(([key, receipt]) => [key, receipt.kind]));
    expect(kinds).toEqual({ first: "done", middle: "done", last: "done", [place]: "refused" });
    expect(sentTo("contacts/batch/update")).toBe(1);
  });
});

describe("what an error tells", () => {
  const readOne = () => failureOf(world.client.readLeads([contactIn(world.portal, {})], [], { lane: "live-read" }));

  test("a spent day lasts until the account's midnight", async () => {
    world.hubspot.limits.exhaustDaily(world.portal);
    const client = world.connect({ timeZone: "Europe/Berlin" });

    const error = await failureOf(client.readLeads(["1"], [], { lane: "live-read" }));

    // 11:00 in Berlin.
    expect([error.kind, error.retryAt?.toISOString()]).toEqual(["quota", "2026-11-20T23:00:00.000Z"]);
    expect(error.retryAfterMs).toBe(13 * 3_600_000);
  });

  test("a moving account says when to come back", async () => {
    world.hubspot.faults.add({ route: read, kind: "migrating", retryAfter: 7_200 });

    expect((await readOne()).retryAt?.toISOString()).toBe("2026-11-20T12:00:00.000Z");
  });

  test("a missing scope is named", async () => {
    await world.stop();
    world = await startHubspotWorld({ scopes: ["oauth"] });

    expect((await readOne()).rule).toBe("missing-scope crm.objects.contacts.read");
  });

  test("a path that is not there is no record that is gone: an API that was shut off would end every lead in silence", () => {
    const answer = { status: 404, body: { status: "error", message: "resource not found" }, headers: new Headers() };
    const sent = { method: "POST", path: "/crm/objects/2026-09/contacts/batch/update", effect: "write" } as const;

    expect(errorOf(sent, answer, { now: new Date(), timeZone: null }).kind).toBe("rejected");
  });

  test("HubSpot's correlation id is kept, for its support", async () => {
    world.hubspot.faults.add({ route: read, ...status(400) });

    expect((await readOne()).correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("an option that does not exist is refused with HubSpot's code and the field", async () => {
    const leadId = contactIn(world.portal, {});

    const receipts = await world.client.updateLeads([{ key: "k", leadId, status: "SLEEPING" }], {
      lane: "owner-write",
    });

    expect(receipts.get("k")).toMatchObject({ kind: "refused", rule: "INVALID_OPTION", fields: ["hs_lead_status"] });
  });

  test("the message names the call, and no values that were sent or answered", async () => {
    world.hubspot.faults.add({ route: read, ...status(400) });

    expect((await readOne()).message).toBe(
      "HubSpot answered 400 (VALIDATION_ERROR) to POST /crm/objects/2026-09/contacts/batch/read.",
    );
  });

  test("a write that never left is tried again later: nobody listens", async () => {
    const leadId = contactIn(world.portal, {});
    await world.hubspot.stop();

    const receipts = await world.client.updateLeads([{ key: "k", leadId, ownerId: "11" }], { lane: "owner-write" });

    expect(receipts.get("k")?.kind).toBe("retry");
  });
});
