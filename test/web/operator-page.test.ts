import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { alertAdvice } from "../../src/operator/alert-advice.ts";
import { raiseAlert } from "../../src/store/alerts.ts";
import { addEvents } from "../../src/store/inbox.ts";
import { startWorld, type World } from "./world.ts";

const problem = "the database does not answer: check that it is up";

let world: World;
let away: World;
let workspaceId: string;
let page: { status: number; headers: Headers; html: string };

beforeAll(async () => {
  world = await startWorld();
  away = await startWorld({ health: { database: async () => ({ problem, unleased: null }) } });
  const installed = await world.install("62515");
  workspaceId = installed.workspaceId;
  const raisedAt = world.deps.now().toISOString();
  const alert = { ...installed, message: "Lead 4711 of anna@example.com", whatToDo: "Ask Anna", raisedAt };
  for (const subjectId of ["4711", "4712"])
    await raiseAlert(world.db.query, { ...alert, kind: "lead-unowned", subjectId });
  const event = { ...installed, eventKey: "a", subjectKind: "lead" as const, subjectId: "4711", byThisApp: false };
  const change = { kind: "lead-changed" as const, field: "stage" as const, value: "x" };
  await addEvents(world.db.query, [{ ...event, change, occurredAt: raisedAt, receivedAt: raisedAt }]);
  world.advance(400_000);
  page = await open(world);
});

afterAll(async () => {
  await world.stop();
  await away.stop();
});

async function open({ url }: World) {
  const response = await fetch(`${url}/operator`);
  return { status: response.status, headers: response.headers, html: await response.text() };
}

/** What a reader sees of the table row that holds this. */
function rowWith(html: string, part: string): string {
  const row = html.split("\n").find((line) => line.startsWith("<tr>") && line.includes(part)) ?? "";
  return row
    .replace(/<\/?code>/g, "`")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

test("alarms are told per workspace, with their number, their meaning and what to do", () => {
  const { meaning, whatToDo } = alertAdvice["lead-unowned"];
  expect(rowWith(page.html, "<code>lead-unowned</code> × 2")).toBe(
    `\`${workspaceId}\` \`lead-unowned\` × 2 6 min 40 s ${meaning} ${whatToDo}`.replaceAll("'", "&#39;"),
  );
});

test("a figure that is beyond its limit is marked, with the workspace that it is of", () => {
  expect(rowWith(page.html, "baton_inbox_oldest_seconds")).toMatch(
    new RegExp(`^look 6 min 40 s workspace ${workspaceId} \`baton_inbox_oldest_seconds &gt; 300`),
  );
  expect(rowWith(page.html, "baton_inbox_depth")).toMatch(/^fine 1 /);
  expect(page.html).toContain("Ready, but something below wants a look.");
});

test("it holds no lead, no word of an alert and no name", () => {
  expect(page.html).not.toMatch(/4711|anna|Acme/i);
});

test("nothing but its own style may run, load or be sent from it", () => {
  const style = /<style>([\s\S]*)<\/style>/.exec(page.html)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  expect(page.headers.get("content-security-policy")).toBe(
    `default-src 'none';style-src 'sha256-${hash}';base-uri 'none';form-action 'none';frame-ancestors 'none'`,
  );
  expect(page.html).not.toMatch(/<script|<form|<link|<img|style=|\son\w+=/);
});

test("with the database away it is there, says so first, and what to do", async () => {
  const { status, html } = await open(away);
  expect(status).toBe(200);
  expect(html).toContain(`<p class="banner bad">Not ready: ${problem}.`);
  expect(html).toContain("its alarms cannot be read");
  expect(html).toContain("After a crash");
});

test("a database that hangs holds it up for two seconds at most", async () => {
  const hanging = await startWorld({ health: { database: () => new Promise(() => undefined) } });
  const begun = performance.now();
  const { html } = await open(hanging);
  await hanging.stop();
  expect(html).toContain("Not ready: the database did not answer within two seconds");
  expect(performance.now() - begun).toBeLessThan(10_000);
});
