import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { eventually } from "../../eventually.ts";
import { startWorld, type World } from "./world.ts";

/** A listener that answers as it is told, and keeps what it got. */
type Listener = { url: string; got: string[]; answer: { status: number; body: string }; stop(): Promise<void> };

const ack = (value: string): string =>
  `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>${value}</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>`;

async function startListener(): Promise<Listener> {
  const listener = { url: "", got: [] as string[], answer: { status: 200, body: ack("true") } };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    listener.got.push(Buffer.concat(chunks).toString("utf8"));
    const { status, body } = listener.answer;
    response.writeHead(status, { "content-type": "text/xml" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  listener.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/om`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(listener, { stop });
}

let world: World;
let listener: Listener;
beforeEach(async () => {
  world = await startWorld();
  listener = await startListener();
  world.org.outbox.rules.push({
    ...{ url: listener.url, object: "Lead", fields: ["Status", "Company", "Phone", "LastModifiedDate"] },
    when: { field: "Status", value: "MQL" },
  });
});
afterEach(async () => {
  await world.stop();
  await listener.stop();
});

const aLead = async (fields: object = {}): Promise<string> => {
  const made = await world.conn.sobject("Lead").create({ LastName: "Muster", Company: "A & B", ...fields });
  return String(made.id);
};
const toMql = (...ids: string[]) =>
  world.conn.sobject("Lead").update(
    ids.map((Id) => ({ Id, Status: "MQL" })),
    { allOrNone: true },
  );
const tries = (count: number) =>
  eventually(() => {
    world.advance(0);
    return world.org.outbox.tries.length >= count;
  });
const idsIn = (body: string): string[] => [...body.matchAll(/<Notification><Id>(\w+)<\/Id>/g)].map(([, id = ""]) => id);

test("§8.23 a record that comes to meet the condition is told once, in the envelope of salesforce.md §1.5", async () => {
  const id = await aLead();
  expect(listener.got).toEqual([]);
  await toMql(id);
  await tries(1);

  const [body = ""] = listener.got;
  expect(body).toContain(`<OrganizationId>${world.org.id}</OrganizationId>`);
  expect(body).toContain('<SessionId xsi:nil="true"/>');
  expect(body).toContain(`<sf:Id>${id}</sf:Id><sf:Status>MQL</sf:Status><sf:Company>A &amp; B</sf:Company>`);
  // Empty fields are left out, times are ISO.
  expect(body).not.toContain("sf:Phone");
  expect(body).toMatch(/<sf:LastModifiedDate>2026-11-17T14:00:00\.000Z</);
  expect(world.org.outbox.waiting()).toBe(0);

  await world.conn.sobject("Lead").update({ Id: id, Status: "MQL", Company: "C" });
  world.advance(60_000);
  expect([world.org.outbox.tries.length, world.org.outbox.waiting()]).toEqual([1, 0]);
});

test.each([
  ["500", { status: 500, body: ack("true") }],
  ["an Ack that is false", { status: 200, body: ack("false") }],
  ["no Ack", { status: 200, body: "" }],
  ["204", { status: 204, body: "" }],
])("§8.23 %s is no acknowledgement: it goes again, later each time, with the values of then", async (_what, answer) => {
  listener.answer = answer;
  const id = await aLead();
  await toMql(id);
  await tries(1);
  await world.conn.sobject("Lead").update({ Id: id, Company: "New name" });
  world.advance(15_000);
  await tries(2);
  world.advance(29_000);
  expect(world.org.outbox.waiting()).toBe(1);
  expect(world.org.outbox.tries).toHaveLength(2);
  listener.answer = { status: 200, body: ack("true") };
  world.advance(1_000);
  await tries(3);

  expect(new Set(listener.got.flatMap(idsIn)).size).toBe(1);
  expect(listener.got[1]).toContain("<sf:Company>New name</sf:Company>");
  expect(world.org.outbox.waiting()).toBe(0);
});

test("§8.23 what nobody acknowledges for a day is dropped, and no wait is longer than two hours", async () => {
  listener.answer = { status: 503, body: "" };
  await toMql(await aLead());
  await tries(1);
  for (let hours = 0; hours < 30 && world.org.outbox.waiting() > 0; hours += 2) {
    const before = world.org.outbox.tries.length;
    world.advance(2 * 3_600_000);
    await eventually(() => world.org.outbox.tries.length > before);
  }

  expect(world.org.outbox.waiting()).toBe(0);
});

test("§8.23 at most a hundred records go in one message, and an acknowledged one may come again", async () => {
  world.org.outbox.switches.duplicates = 1;
  const ids = await Promise.all(Array.from({ length: 120 }, () => aLead()));
  await toMql(...ids);
  await tries(2);
  expect(listener.got.map((body) => idsIn(body).length)).toEqual([100, 20]);
  world.advance(15_000);
  await tries(4);

  expect(new Set(listener.got.flatMap(idsIn)).size).toBe(120);
  expect(world.org.outbox.waiting()).toBe(0);
});
