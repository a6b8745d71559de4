import type { LeadView } from "../../sandbox/demo-crm.ts";
import type { ToldLead } from "./places.ts";
import type { Act } from "./player.ts";
import type { SlaEvent } from "./tracker.ts";

/** Puts a colour around a text, or nothing where nobody sees it. */
export type Paint = (colour: keyof typeof codes, text: string) => string;

const codes = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

export function createPaint(isTerminal: boolean): Paint {
  if (!isTerminal) return (_colour, text) => text;
  return (colour, text) => `\u001b[${codes[colour]}m${text}\u001b[0m`;
}

/** How lines look to who reads them. */
export type Look = {
  paint: Paint;
  /** On a terminal 100 columns, and what is longer is cut; in a file or pipe everything is there. */
  isTerminal: boolean;
  /** Columns of the CRM's name, 0 where there is one alone, and of a lead's id. */
  place: number;
  id: number;
  /** Columns that those two take more than in the usual line. */
  extra: number;
};

const usualId = 5;

export function createLook(isTerminal: boolean, leads: readonly Pick<ToldLead, "id" | "place">[]): Look {
  const places = new Set(leads.map(({ place }) => place));
  const place = places.size > 1 ? Math.max(...[...places].map(({ length }) => length)) : 0;
  const id = Math.max(usualId, ...leads.map((lead) => lead.id.length));
  const extra = id - usualId + (place === 0 ? 0 : place + 1);
  return { paint: createPaint(isTerminal), isTerminal, place, id, extra };
}

/** What every line about a lead begins with. `at` is the demo's time, epoch ms. */
type About = { lead: ToldLead; at: number; look: Look };

/** Of the columns that are missing the lead's name gives some, the rest of the line the others. */
const fromLabel = ({ extra }: Look): number => Math.floor(extra * 0.4);
const fromRest = (look: Look): number => look.extra - fromLabel(look);

/** One line: time, tier, CRM, id, lead, rep, why, how long it took. */
export function routedLine(about: About, { ms }: { ms: number }): string {
  const { lead, look } = about;
  const rep = look.paint("green", column(look, lead.ownerName ?? "nobody", 15));
  const width = 32 - fromRest(look);
  const why = column(look, shortReason(lead, look, width), width);
  return `${start(about)} → ${rep} ${why} ${look.paint("dim", duration(ms).padStart(7))}`;
}

export function notRoutedLine(about: About, { ms }: { ms: number }): string {
  const { lead, look } = about;
  const took = look.paint("dim", duration(ms).padStart(7));
  return `${start(about)} ${look.paint("yellow", "·")} ${column(look, lead.reason, 48 - fromRest(look))} ${took}`;
}

export function reassignedLine(about: About): string {
  const { lead, look } = about;
  const rep = column(look, lead.ownerName ?? "nobody", 15);
  const why = shortReason(lead, look, 29 - fromRest(look));
  return `${start(about)} ${look.paint("blue", "reassigned")} → ${rep} ${why}`.trimEnd();
}

export function slaLine(
  about: About,
  { what, act, repName }: { what: SlaEvent; act: Act | null; repName: string },
): string {
  const { paint, extra } = about.look;
  const told: Record<SlaEvent, string> = {
    reminded: `${paint("yellow", "reminded")} ${repName}: the first touch is due soon`,
    breached: `${paint("red", "breached")} ${repName} did not get to it in time`,
    reassigned: `${paint("blue", "taken")}    from ${repName}, goes to the next`,
    touched: `${paint("green", "touched")}  ${repName} ${act ? `${act.how} after ${span(act.afterMs)}` : "got to it"}`,
  };
  // The lead was named when it was routed: what was done about it is told as a whole.
  return `${start(about, usualLabel - extra)} ${told[what]}`;
}

const usualLabel = 23;
/** A name of fewer letters tells nothing. */
const shortestLabel = 6;

function start({ lead, at, look }: About, mostLabel = usualLabel): string {
  const label = look.isTerminal ? Math.min(mostLabel, usualLabel - fromLabel(look)) : usualLabel;
  const tier = lead.tier === "nurture" ? "–" : lead.tier;
  const [time, hue] = [look.paint("dim", clockTime(at)), tier === "T1" ? "red" : "cyan"] as const;
  const place = look.place === 0 ? [] : [lead.place.padEnd(look.place)];
  const parts = [time, look.paint(hue, toWidth(tier, 2)), ...place, lead.id.padEnd(look.id)];
  return [...parts, ...(label >= shortestLabel ? [column(look, lead.label, label)] : [])].join(" ");
}

/** The demo's time of day, in the portal's zone. */
function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString("en-GB", { timeZone: "Europe/Berlin" });
}

/** 412 → "412 ms", 1830 → "1.8 s". */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** 90,000 → "2 min", 7,500,000 → "2 h 5 min". */
export function span(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Exactly so many columns. */
export function toWidth(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

const column = ({ isTerminal }: Look, text: string, width: number): string =>
  isTerminal ? toWidth(text, width) : text.padEnd(width);

/** The reason names the rep first, which the line has done, and details last, which may go when it is too long. */
function shortReason({ reason, ownerName }: LeadView, { isTerminal }: Look, width: number): string {
  const isNamed = ownerName !== null && reason.startsWith(`${ownerName}: `);
  const whole = isNamed ? reason.slice(ownerName.length + 2) : reason;
  if (!isTerminal) return whole;
  const bare = whole.replace(" in pool ", " in ");
  const attempts = [bare, bare.replace(/ \([^)]*\)/, ""), bare.replace(/( \(|,).*/, "")];
  return attempts.find((text) => text.length <= width) ?? toWidth(attempts.at(-1) ?? "", width);
}
