import type { MatchCounts } from "../../pipeline/count-matches.ts";
import type { LeadView, RequestCounts } from "../../sandbox/demo-crm.ts";
import type { ToldLead } from "./places.ts";
import { duration, toWidth } from "./terminal.ts";
import type { SlaEvent } from "./tracker.ts";

/** Where the leads stand when all are settled, read from the CRM. */
export type Routing = {
  leads: number;
  routed: number;
  queued: number;
  kept: number;
  /** Gone to whoever has an earlier lead of the same person. */
  followed: number;
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

/** `search` null: the CRM has no budget of their own for them. */
export type Calls = { main: number; perLead: number; search: number | null; refused: number };

/** What was asked of a CRM while it was installed and read, while the leads were routed, and while the SLA was watched. */
export type CallsByAct = { routing: Calls; installAndSync: Calls; sla: Calls };

export type Summary = Routing & {
  accounts: MatchCounts;
  /** Leads whose account was found by its name, or is in question, a line each. */
  matched: readonly string[];
  seed: number;
  /** The same of each CRM, by its title, and what was asked of it. */
  crms: readonly (Routing & { crm: string; calls: CallsByAct })[];
  sla: Record<SlaEvent, number> & Clocks;
  seconds: number;
};

/** Decided without a rep, with the reason: a queue, a gate, a person's choice that stands, or an earlier lead to wait for. */
const restingRules: readonly string[] = ["queued", "stopped", "kept", "followed"];

/** The promise that is checked at the end: an owner, or a queue or stop that says why. */
function hasPlace({ ownerId, rule, reason }: LeadView): boolean {
  return restingRules.includes(rule) ? reason !== "" : ownerId !== null && rule !== "" && reason !== "";
}

const isAssigned = ({ rule, ownerId }: LeadView): boolean =>
  ownerId !== null && rule !== "" && !restingRules.includes(rule);

/** The outcome of routing, as the leads stand in their CRMs before the SLA moves anything. */
export function summariseRouting(views: readonly ToldLead[]): Routing {
  const assigned = views.filter(isAssigned);
  const count = (wanted: string) => views.filter(({ rule }) => rule === wanted).length;
  const queued = count("queued");
  const fallbacks = assigned.filter(({ rule }) => /^(waterfall|catch-all)/.test(rule)).length + queued;
  const waits = assigned.flatMap(({ ownerAfterMs }) => (ownerAfterMs === null ? [] : [ownerAfterMs]));
  return {
    ...{ leads: views.length, routed: assigned.length, queued, kept: count("kept") },
    ...{ followed: count("followed"), stopped: count("stopped") },
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

/** Calls of the API, for so many leads. */
export const callsOf = ({ main, search, refused }: RequestCounts, leads: number): Calls => ({
  ...{ main, perLead: leads === 0 ? 0 : round(main / leads), search, refused },
});

/** First touches that were made in time, and those whose limit has not come yet. */
export type Clocks = { met: number; open: number };

/** The clocks of these leads as the CRM shows them now. */
export function countClocks(views: readonly LeadView[]): Clocks {
  const states = views.map(({ slaStatus }) => slaStatus);
  return {
    met: states.filter((state) => state === "met").length,
    open: states.filter((state) => state === "running" || state === "at_risk").length,
  };
}

/** The table at the end, at most 100 columns wide but for its sentences about accounts. */
export function summaryTable(summary: Summary): string[] {
  const { sla, speedToLeadMs, accounts, matched } = summary;
  // Of one CRM alone there is nothing to tell apart.
  const crms = summary.crms.length === 1 ? [] : summary.crms;
  return [
    "",
    `${inWords(summary)}.`,
    ...crms.map((each) => `${each.crm}: ${inWords(each)}.`),
    "",
    row("Rep", ["leads", "share", ...crms.map(({ crm }) => crm)]),
    ...summary.byRep.map(({ rep, leads, share }) =>
      row(rep, [`${leads}`, percent(share), ...crms.map(({ byRep }) => countOf(byRep.find((one) => one.rep === rep)))]),
    ),
    "",
    row("Decided by", ["leads", "share", ...crms.map(({ crm }) => crm)]),
    ...summary.byStage.map(({ stage, leads }) =>
      row(stage, [
        ...[`${leads}`, percent(leads / summary.leads)],
        ...crms.map(({ byStage }) => countOf(byStage.find((one) => one.stage === stage))),
      ]),
    ),
    "",
    line(
      "Account of a lead",
      `${accounts.inCrm} in the CRM, ${accounts.byDomain} by domain, ${accounts.byLikeness} by name, place and phone, ${accounts.inReview} in review, ${accounts.without} none`,
    ),
    ...(crms.length === 0 ? [] : [line("", `${accounts.elsewhere} of them in another CRM than the lead`)]),
    ...matched.map((example) => line("", example)),
    line("Fallback share", percent(summary.fallbackShare)),
    line("Speed to lead", `p50 ${duration(speedToLeadMs.p50)}, p90 ${duration(speedToLeadMs.p90)}`),
    ...crms.map(({ crm, speedToLeadMs: { p50, p90 } }) =>
      line("", `${crm}: p50 ${duration(p50)}, p90 ${duration(p90)}`),
    ),
    ...summary.crms.flatMap(({ crm, calls }) => callLines(crms.length === 0 ? "" : `${crm}: `, calls)),
    line(
      "SLA",
      `${sla.reminded} reminded, ${sla.breached} breached, ${sla.reassigned} reassigned, ${sla.met} met, ${sla.open} open`,
    ),
    line("Time", `${summary.seconds} s, seed ${summary.seed}`),
  ];
}

function inWords({ leads, routed, queued, kept, followed, stopped }: Routing): string {
  const others = followed === 0 ? "" : `${followed} gone to whoever has an earlier lead of theirs, `;
  return `${leads} leads: ${routed} routed, ${queued} in a queue, ${kept} kept by their owner, ${others}${stopped} not for a rep`;
}

const countOf = (found: { leads: number } | undefined): string => `${found?.leads ?? 0}`;

function callLines(crm: string, { routing, installAndSync, sla }: CallsByAct): string[] {
  const search = routing.search === null ? "" : `search: ${routing.search}; `;
  return [
    line(
      "API calls per lead",
      `${crm}${routing.perLead} (${routing.main} calls; ${search}refused: ${routing.refused})`,
    ),
    line("API calls apart", `${crm}${installAndSync.main} for install and sync, ${sla.main} to watch the SLA`),
  ];
}

const line = (name: string, value: string): string => `${toWidth(name, 20)} ${value}`;

const widths = [6, 7];

const row = (name: string, cells: readonly string[]): string =>
  [toWidth(name, 34), ...cells.map((cell, index) => cell.padStart(widths[index] ?? 11))].join(" ");

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
