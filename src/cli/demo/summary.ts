import type { MatchCounts } from "../../pipeline/count-matches.ts";
import type { Portal } from "../../sandbox/hubspot/portal.ts";
import type { RequestEntry } from "../../sandbox/hubspot/requests.ts";
import { hasPlace, restingRules, viewLead } from "./lead-view.ts";
import { duration, toWidth } from "./terminal.ts";
import type { SlaEvent } from "./tracker.ts";

/** Where the leads stand when all are settled, read from the CRM. */
export type Routing = {
  leads: number;
  routed: number;
  queued: number;
  kept: number;
  stopped: number;
  /** Ids of leads without owner and without a reason for that. */
  nowhere: string[];
  /** Most leads first. `share` is of the routed ones. */
  byRep: { rep: string; leads: number; share: number }[];
  /** Most leads first. `stage` is the deciding stage, with its pool. */
  byStage: { stage: string; leads: number }[];
  /** Waterfall, catch-all and queue, of all that were to be routed. */
  fallbackShare: number;
  speedToLeadMs: { p50: number; p90: number };
};

export type Calls = { main: number; perLead: number; search: number; rejected429: number };

export type Summary = Routing & {
  accounts: MatchCounts;
  /** Leads whose account was found by its name, or is in question, a line each. */
  matched: readonly string[];
  seed: number;
  calls: { routing: Calls; installAndSync: Calls; sla: Calls };
  sla: Record<SlaEvent, number> & Clocks;
  seconds: number;
};

/** Reads the outcome of routing from the portal, before the SLA moves anything. */
export function summariseRouting(portal: Portal, leadIds: readonly string[]): Routing {
  const views = leadIds.map((id) => viewLead(portal, id));
  const assigned = views.filter(({ rule, ownerId }) => ownerId !== null && rule !== "" && !restingRules.includes(rule));
  const count = (wanted: string) => views.filter(({ rule }) => rule === wanted).length;
  const queued = count("queued");
  const fallbacks = assigned.filter(({ rule }) => /^(waterfall|catch-all)/.test(rule)).length + queued;
  const waits = assigned.flatMap(({ ownerAfterMs }) => (ownerAfterMs === null ? [] : [ownerAfterMs]));
  return {
    leads: views.length,
    routed: assigned.length,
    queued,
    kept: count("kept"),
    stopped: count("stopped"),
    nowhere: views.filter((view) => !hasPlace(view)).map(({ id }) => id),
    byRep: tally(assigned.map(({ ownerName }) => ownerName ?? "")).map(([rep, leads]) => ({
      rep,
      leads,
      share: round(leads / assigned.length),
    })),
    byStage: tally(views.map(({ rule }) => rule)).map(([stage, leads]) => ({ stage, leads })),
    fallbackShare: round(fallbacks / Math.max(1, assigned.length + queued)),
    speedToLeadMs: { p50: percentile(waits, 0.5), p90: percentile(waits, 0.9) },
  };
}

/** Counts what a sandbox received of API calls; OAuth is none. */
export function countCalls(entries: readonly RequestEntry[], leads: number): Calls {
  const calls = entries.filter(({ portalId }) => portalId !== null);
  const search = calls.filter(({ route }) => route.endsWith("/search")).length;
  const main = calls.length - search;
  return {
    main,
    perLead: leads === 0 ? 0 : round(main / leads),
    search,
    rejected429: calls.filter(({ status }) => status === 429).length,
  };
}

/** First touches that were made in time, and those whose limit has not come yet. */
export type Clocks = { met: number; open: number };

/** The clocks of these leads as the CRM shows them now. */
export function countClocks(portal: Portal, leadIds: readonly string[]): Clocks {
  const states = leadIds.map((id) => viewLead(portal, id).slaStatus);
  return {
    met: states.filter((state) => state === "met").length,
    open: states.filter((state) => state === "running" || state === "at_risk").length,
  };
}

/** The table at the end, at most 100 columns wide. */
export function summaryTable(summary: Summary): string[] {
  const { sla, calls, speedToLeadMs, accounts, matched } = summary;
  const rest = `${summary.queued} in a queue, ${summary.kept} kept by their owner, ${summary.stopped} not for a rep`;
  return [
    "",
    `${summary.leads} leads: ${summary.routed} routed, ${rest}.`,
    "",
    ...columns(
      "Rep",
      summary.byRep.map(({ rep, leads, share }) => [rep, `${leads}`, percent(share)]),
    ),
    "",
    ...columns(
      "Decided by",
      summary.byStage.map(({ stage, leads }) => [stage, `${leads}`, percent(leads / summary.leads)]),
    ),
    "",
    line(
      "Account of a lead",
      `${accounts.inCrm} in the CRM, ${accounts.byDomain} by domain, ${accounts.byLikeness} by name, place and phone, ${accounts.inReview} in review, ${accounts.without} none`,
    ),
    ...matched.map((example) => line("", example)),
    line("Fallback share", percent(summary.fallbackShare)),
    line("Speed to lead", `p50 ${duration(speedToLeadMs.p50)}, p90 ${duration(speedToLeadMs.p90)}`),
    line(
      "API calls per lead",
      `${calls.routing.perLead} (${calls.routing.main} calls; search: ${calls.routing.search}; refused: ${calls.routing.rejected429})`,
    ),
    line("API calls apart", `${calls.installAndSync.main} for install and sync, ${calls.sla.main} to watch the SLA`),
    line(
      "SLA",
      `${sla.reminded} reminded, ${sla.breached} breached, ${sla.reassigned} reassigned, ${sla.met} met, ${sla.open} open`,
    ),
    line("Time", `${summary.seconds} s, seed ${summary.seed}`),
  ];
}

const line = (name: string, value: string): string => `${toWidth(name, 20)} ${value}`;

function columns(title: string, rows: readonly (readonly [string, string, string])[]): string[] {
  const head = `${toWidth(title, 34)} ${"leads".padStart(6)} ${"share".padStart(7)}`;
  return [
    head,
    ...rows.map(([name, leads, share]) => `${toWidth(name, 34)} ${leads.padStart(6)} ${share.padStart(7)}`),
  ];
}

function tally(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
}

/** Nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const round = (value: number): number => Math.round(value * 1000) / 1000 || 0;
