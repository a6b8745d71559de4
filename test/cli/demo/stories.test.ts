import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type DemoClock, demoStartAt } from "../../../src/cli/demo/clock.ts";
import type { Leads } from "../../../src/cli/demo/places.ts";
import { createPlayer } from "../../../src/cli/demo/player.ts";
import { callsOf, countClocks, percentile, summariseRouting } from "../../../src/cli/demo/summary.ts";
import {
  createLook,
  notRoutedLine,
  reassignedLine,
  routedLine,
  slaLine,
  span,
} from "../../../src/cli/demo/terminal.ts";
import { createTracker, type Story } from "../../../src/cli/demo/tracker.ts";
import { makeWorld } from "../../../src/cli/demo/world.ts";
import { countRequests } from "../../../src/sandbox/hubspot/demo/kit.ts";
import type { Portal, Source } from "../../../src/sandbox/hubspot/portal.ts";
import { createRecord, updateRecord } from "../../../src/sandbox/hubspot/records.ts";
import type { RequestEntry } from "../../../src/sandbox/hubspot/requests.ts";
import { type DemoPortal, openDemoPortal } from "./portal.ts";

const at = "2026-11-17T14:00:01.000Z";
const baton: Source = { type: "INTEGRATION", id: "54321" };
const minuteMs = 60_000;
let demo: DemoPortal;
let clock: DemoClock;
let portal: Portal;
let leads: Leads;
let leadIds: readonly string[];

beforeEach(async () => {
  demo = await openDemoPortal();
  ({ clock, portal } = demo);
  for (const name of ["baton_tier", "baton_rule", "baton_reason", "baton_sla_status"]) addProperty(name);
  leads = demo.fill(makeWorld({ seed: 1, leads: 30, startAt: demoStartAt }));
  leadIds = leads.ids;
});
afterEach(() => demo.stop());

function addProperty(name: string): void {
  const like = portal.properties.get("0-1")?.get("company");
  if (like) portal.properties.get("0-1")?.set(name, { ...like, name });
}

function route(leadId: string, properties: Record<string, string>): void {
  updateRecord(portal, "0-1", leadId, properties, { source: baton, version: "v3" });
}

function giveTask(leadId: string, ownerId: string): string {
  route(leadId, { hubspot_owner_id: ownerId });
  const from = clock.now();
  const iso = (minutes: number) => String(from + minutes * minuteMs);
  const properties = { hs_timestamp: iso(60), hs_task_reminders: iso(30), hubspot_owner_id: ownerId };
  const types = [{ category: "HUBSPOT_DEFINED" as const, typeId: 204 }];
  return createRecord(portal, "0-27", properties, {
    source: baton,
    version: "v3",
    associations: [{ toTypeId: "0-1", toId: leadId, types }],
  }).id;
}

describe("the demo's clock", () => {
  test("stands for a weekday afternoon, whatever the day is", () => {
    expect(clock.app.now().toISOString()).toMatch(/^2026-11-17T14:00:0/);
  });

  test("carries Baton and the sandbox through the hours together", () => {
    let heard = "";
    clock.app.setTimer(5 * minuteMs, () => {
      heard = new Date(clock.sandbox.now()).toISOString();
    });
    clock.sandbox.advance(5 * minuteMs);

    expect(heard).toBe(new Date(clock.now()).toISOString());
  });

  test("leaves real time between two polls when it runs fast", () => {
    clock.setSpeed(600);
    const heard: number[] = [];
    const from = clock.now();
    clock.app.setTimer(1_000, () => heard.push(clock.now() - from));
    // What real time passes meanwhile counts six hundred times.
    clock.sandbox.advance(5_000);
    clock.sandbox.advance(40_000);

    expect(heard[0]).toBeGreaterThanOrEqual(30_000);
    expect(heard).toHaveLength(1);
  });
});

describe("a clock that slows down", () => {
  test("runs at once what was put off for its haste, and each thing once", () => {
    clock.setSpeed(900);
    const heard: string[] = [];
    clock.app.setTimer(1_000, () => heard.push("poll"));
    clock.app.setTimer(1_000, () => heard.push("cancelled"))();
    clock.setSpeed(0);
    clock.sandbox.advance(2_000);

    expect(heard).toEqual(["poll"]);
    clock.sandbox.advance(60_000);
    expect(heard).toEqual(["poll"]);
  });
});

describe("the tracker", () => {
  const track = () => {
    const stories: Story[] = [];
    let nowMs = 0;
    const tracker = createTracker({ monotonic: () => nowMs, tell: (story) => stories.push(story) });
    tracker.turned("1");
    nowMs = 300;
    return { tracker, stories };
  };
  const owned = { kind: "owner-written", leadId: "1", decisionId: "d", ownerId: "7101", receivedAt: at, at } as const;
  const task = { kind: "task-created", leadId: "1", decisionId: "d", taskId: "9", at } as const;

  test("a lead is settled when its owner and its task stand", () => {
    const { tracker, stories } = track();

    tracker.note(owned);
    expect(tracker.unsettled()).toEqual(["1"]);
    tracker.note(task);

    expect(tracker.unsettled()).toEqual([]);
    expect(stories).toEqual([
      { kind: "routed", leadId: "1", ms: 300, round: 0 },
      { kind: "task", leadId: "1", taskId: "9", round: 0 },
    ]);
  });

  test("a lead that no rep is to have is settled by its reason, once", () => {
    const { tracker, stories } = track();
    const settled = { kind: "settled-without-owner", leadId: "1", decisionId: "d", at } as const;

    tracker.note(settled);
    tracker.note(settled);

    expect(tracker.unsettled()).toEqual([]);
    expect(stories).toEqual([{ kind: "not-routed", leadId: "1", ms: 300 }]);
  });

  test("counts what the SLA does, and who is between two reps", () => {
    const { tracker, stories } = track();
    for (const progress of [owned, task]) tracker.note(progress);
    for (const what of ["reminded", "breached", "reassigned"] as const)
      tracker.note({ kind: "sla", leadId: "1", decisionId: "d", what, at });

    expect(tracker.betweenReps()).toBe(1);
    tracker.note(owned);
    expect(tracker.betweenReps()).toBe(0);
    expect(tracker.sla()).toEqual({ reminded: 1, breached: 1, reassigned: 1, touched: 0 });
    expect(stories.at(-1)).toMatchObject({ kind: "routed", round: 1 });
  });

  test("leaves leads of others alone", () => {
    const { tracker, stories } = track();

    tracker.note({ ...owned, leadId: "2" });

    expect(stories).toEqual([]);
  });
});

describe("the reps", () => {
  const play = (turn: number, round: number) => {
    const leadId = leadIds.find((id) => (Number(id) + 1) % 5 === turn) ?? "";
    const taskId = giveTask(leadId, "7101");
    const player = createPlayer({ leads, clock, seed: 1 });
    player.taskGiven({ leadId, taskId, round });
    const actsAfter = (minutes: number) => {
      clock.sandbox.advance(minutes * minuteMs);
      return player.actOn(leadId);
    };
    return { leadId, taskId, actsAfter };
  };

  test("most act before they are reminded", () => {
    expect(play(0, 0).actsAfter(29)).toMatchObject({ ownerId: "7101" });
  });

  test("some act only when they are reminded", () => {
    const { actsAfter } = play(1, 0);

    expect(actsAfter(30)).toBeNull();
    expect(actsAfter(29)).not.toBeNull();
  });

  test("some never do", () => {
    expect(play(3, 0).actsAfter(600)).toBeNull();
  });

  test("who gets a lead that somebody let lapse acts", () => {
    expect(play(3, 1).actsAfter(29)).not.toBeNull();
  });

  test("nobody acts on a lead that was taken from them", () => {
    const { leadId, actsAfter } = play(0, 0);
    route(leadId, { hubspot_owner_id: "7102" });

    expect(actsAfter(600)).toBeNull();
  });

  test("a manager's task about somebody else's lead is not played", () => {
    const [leadId = ""] = leadIds;
    const taskId = giveTask(leadId, "7901");
    route(leadId, { hubspot_owner_id: "7101" });
    const player = createPlayer({ leads, clock, seed: 1 });

    player.taskGiven({ leadId, taskId, round: 1 });
    clock.sandbox.advance(600 * minuteMs);

    expect(player.actOn(leadId)).toBeNull();
  });
});

describe("the lines", () => {
  const about = (reason: string) => {
    const [leadId = ""] = leadIds;
    route(leadId, { hubspot_owner_id: "7101", baton_tier: "T1", baton_rule: "pick: dach", baton_reason: reason });
    return { lead: leads.view(leadId), at: demoStartAt, look: createLook(true, []) };
  };
  const inAFile = (line: ReturnType<typeof about>) => ({ ...line, look: createLook(false, []) });
  const long =
    "Anna Weber: next in turn in pool dach (territory dach, segment enterprise), from the start of their shift";

  test("say who has the lead, why, and how long it took, without saying the name twice", () => {
    const line = inAFile(about("Anna Weber: owns the account"));

    expect(routedLine(line, { ms: 412 })).toMatch(/^15:00:00 T1 50001 .+ → Anna Weber +owns the account +412 ms$/);
  });

  test("fit on the 100 columns of a terminal", () => {
    const line = about(long);
    const act = { ownerId: "7101", how: "completed the task", afterMs: 125 * minuteMs } as const;

    const lines = [
      routedLine(line, { ms: 12_345 }),
      notRoutedLine(line, { ms: 12_345 }),
      reassignedLine(line),
      slaLine(line, { what: "touched", act, repName: "Sofia Ramirez" }),
      slaLine(line, { what: "breached", act: null, repName: "Sofia Ramirez" }),
    ];

    expect(lines.map(stripVTControlCharacters).filter((text) => text.length > 100)).toEqual([]);
  });

  test.each([
    [["Salesforce"], ""],
    [["HubSpot", "Salesforce"], "Salesforce "],
  ])("of %j fit too, with their CRM where there are several, and the whole id", (titles, shown) => {
    const { lead, ...rest } = about(long);
    const id = "00Q000000050001EAA";
    const look = createLook(
      true,
      titles.map((place) => ({ id, place })),
    );
    const line = { ...rest, look, lead: { ...lead, id, place: "Salesforce" } };
    const act = { ownerId: "7101", how: "completed the task", afterMs: 125 * minuteMs } as const;

    const lines = [
      routedLine(line, { ms: 12_345 }),
      notRoutedLine(line, { ms: 12_345 }),
      reassignedLine(line),
      slaLine(line, { what: "touched", act, repName: "Sofia Ramirez" }),
    ].map(stripVTControlCharacters);

    expect(lines.filter((text) => text.length > 100)).toEqual([]);
    expect(lines.filter((text) => !text.startsWith(`15:00:00 T1 ${shown}${id} `))).toEqual([]);
    expect(lines.at(-1)).toContain("Sofia Ramirez completed the task after 2 h 5 min");
  });

  test("are whole in a file or pipe", () => {
    const line = inAFile(about(long));

    expect(routedLine(line, { ms: 1 })).toContain(long.slice("Anna Weber: ".length));
    expect(reassignedLine(line)).toContain(long.slice("Anna Weber: ".length));
    expect(notRoutedLine(line, { ms: 1 })).toContain(long);
  });

  test("have colours for a person alone", () => {
    expect(routedLine(about(long), { ms: 1 })).toContain("\u001b[");
    expect(routedLine(inAFile(about(long)), { ms: 1 })).not.toContain("\u001b[");
  });

  test.each([
    [20_000, "1 min"],
    [59 * minuteMs, "59 min"],
    [120 * minuteMs, "2 h"],
    [125 * minuteMs, "2 h 5 min"],
  ])("tell %d ms as %s", (ms, text) => {
    expect(span(ms)).toBe(text);
  });
});

const aRequest: RequestEntry = {
  id: 1,
  at: demoStartAt,
  portalId: 1,
  appId: 1,
  method: "POST",
  path: "/",
  route: "",
  query: {},
  body: undefined,
  status: 200,
  durationMs: 1,
  fault: null,
  applied: true,
};

describe("the summary", () => {
  test("reads from the CRM who has what, and by which stage", () => {
    const [first = "", second = "", third = "", fourth = "", fifth = ""] = leadIds;
    const decided = (rule: string) => ({ baton_rule: rule, baton_reason: "because", baton_tier: "T2" });
    for (const id of [first, second, third, fourth, fifth])
      updateRecord(
        portal,
        "0-1",
        id,
        { lifecyclestage: "marketingqualifiedlead", hubspot_owner_id: "" },
        { source: baton, version: "v3" },
      );
    clock.sandbox.advance(250);
    route(first, { hubspot_owner_id: "7101", ...decided("pick: dach") });
    route(second, { hubspot_owner_id: "7101", ...decided("pick: dach") });
    route(third, { hubspot_owner_id: "7102", ...decided("waterfall: general") });
    route(fourth, decided("queued"));
    const routing = summariseRouting([first, second, third, fourth, fifth].map(leads.view));

    expect(routing).toMatchObject({ leads: 5, routed: 3, queued: 1, fallbackShare: 0.5, nowhere: [fifth] });
    expect(routing.byRep).toEqual([
      { rep: "Anna Weber", leads: 2, share: 0.667 },
      { rep: "Lukas Brandt", leads: 1, share: 0.333 },
    ]);
    expect(routing.byStage[0]).toEqual({ stage: "pick: dach", leads: 2 });
    expect(routing.speedToLeadMs.p50).toBeGreaterThanOrEqual(250);
  });

  test("counts the clocks that were met, and those that still run", () => {
    const [first = "", second = "", third = "", fourth = ""] = leadIds;
    route(first, { baton_sla_status: "met" });
    route(second, { baton_sla_status: "running" });
    route(third, { baton_sla_status: "at_risk" });
    route(fourth, { baton_sla_status: "breached" });

    expect(countClocks([first, second, third, fourth].map(leads.view))).toEqual({ met: 1, open: 2 });
  });

  test("counts calls of the main budget, searches apart, OAuth not at all", () => {
    const entry = (portalId: number | null, route: string, status: number): RequestEntry => ({
      ...aRequest,
      portalId,
      route,
      status,
    });

    const counts = countRequests([
      entry(null, "POST /oauth/:version/token", 200),
      entry(1, "POST /crm/objects/:version/:objectType/batch/read", 200),
      entry(1, "POST /crm/objects/:version/:objectType/batch/update", 429),
      entry(1, "POST /crm/objects/:version/:objectType/search", 200),
    ]);

    expect(callsOf(counts, 4)).toEqual({ main: 2, perLead: 0.5, search: 1, refused: 1 });
  });

  test.each([
    [[], 0],
    [[5], 5],
    [[1, 2, 3, 4], 2],
  ])("takes the nearest rank of %j", (values, half) => {
    expect(percentile(values, 0.5)).toBe(half);
  });
});
