import type { LeadView } from "./lead-view.ts";
import type { Act } from "./player.ts";
import type { SlaEvent } from "./tracker.ts";

/** Puts a colour around a text, or nothing where nobody sees it. */
export type Paint = (colour: keyof typeof codes, text: string) => string;

const codes = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

export function createPaint(isTerminal: boolean): Paint {
  if (!isTerminal) return (_colour, text) => text;
  return (colour, text) => `\u001b[${codes[colour]}m${text}\u001b[0m`;
}

/** What every line about a lead begins with. `at` is the demo's time, epoch ms. */
type About = { lead: LeadView; at: number; paint: Paint };

/** One line, 100 columns: time, tier, lead, rep, why, how long it took. */
export function routedLine(about: About, { ms }: { ms: number }): string {
  const { lead, paint } = about;
  const rep = paint("green", toWidth(lead.ownerName ?? "nobody", 15));
  const why = toWidth(shortReason(lead, 32), 32);
  return `${start(about)} → ${rep} ${why} ${paint("dim", duration(ms).padStart(7))}`;
}

export function notRoutedLine(about: About, { ms }: { ms: number }): string {
  const { lead, paint } = about;
  return `${start(about)} ${paint("yellow", "·")} ${toWidth(lead.reason, 48)} ${paint("dim", duration(ms).padStart(7))}`;
}

export function reassignedLine(about: About): string {
  const { lead, paint } = about;
  const why = shortReason(lead, 29);
  return `${start(about)} ${paint("blue", "reassigned")} → ${toWidth(lead.ownerName ?? "nobody", 15)} ${why}`.trimEnd();
}

export function slaLine(
  about: About,
  { what, act, repName }: { what: SlaEvent; act: Act | null; repName: string },
): string {
  const { paint } = about;
  const told: Record<SlaEvent, string> = {
    reminded: `${paint("yellow", "reminded")}  ${repName}: the first touch is due soon`,
    breached: `${paint("red", "breached")}  ${repName} did not get to it in time`,
    reassigned: `${paint("blue", "taken")}     from ${repName}, goes to the next`,
    touched: `${paint("green", "touched")}   ${repName} ${act ? `${act.how} after ${span(act.afterMs)}` : "got to it"}`,
  };
  return `${start(about)} ${told[what]}`;
}

function start({ lead, at, paint }: About): string {
  const tier = lead.tier === "nurture" ? "–" : lead.tier;
  const colour = tier === "T1" ? "red" : "cyan";
  return `${paint("dim", clockTime(at))} ${paint(colour, toWidth(tier, 2))} ${toWidth(lead.label, 29)}`;
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

/** The reason names the rep first, which the line has done, and details last, which may go when it is too long. */
function shortReason({ reason, ownerName }: LeadView, width: number): string {
  const isNamed = ownerName !== null && reason.startsWith(`${ownerName}: `);
  const bare = (isNamed ? reason.slice(ownerName.length + 2) : reason).replace(" in pool ", " in ");
  const attempts = [bare, bare.replace(/ \([^)]*\)/, ""), bare.replace(/( \(|,).*/, "")];
  return attempts.find((text) => text.length <= width) ?? toWidth(attempts.at(-1) ?? "", width);
}
