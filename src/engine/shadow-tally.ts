import { localDay, zoneOf } from "./zone.ts";

/** Whom a lead went to beside us: `looked` when that is its last word. */
export type Beside = { decidedAt: string; repId: string | null; ownerId: string | null; looked: boolean };

/** `open`: nobody has it yet in the CRM. */
export type Verdict = "agreed" | "differed" | "open";

/** Nobody of ours and nobody in the CRM is agreement as well, once that was looked up. */
export function verdictOf({ repId, ownerId, looked }: Beside): Verdict {
  if (ownerId === null) return repId === null && looked ? "agreed" : "open";
  return ownerId === repId ? "agreed" : "differed";
}

/** The date on which a lead was decided, as 2026-11-17 in the zone. */
export const dayOf = ({ decidedAt }: Pick<Beside, "decidedAt">, timeZone: string): string => {
  const zone = zoneOf(timeZone);
  const atMs = Date.parse(decidedAt);
  const day = zone === null ? Math.floor(atMs / dayMs) : localDay(zone, atMs);
  return new Date(day * dayMs).toISOString().slice(0, 10);
};

const dayMs = 86_400_000;

export type ShadowDay = Record<Verdict, number> & { day: string; decided: number };

/** Oldest day first. */
export function tallyDays(all: readonly Beside[], timeZone: string): ShadowDay[] {
  const days = new Map<string, ShadowDay>();
  for (const each of all) {
    const day = dayOf(each, timeZone);
    const tally = days.get(day) ?? { day, decided: 0, agreed: 0, differed: 0, open: 0 };
    tally.decided += 1;
    tally[verdictOf(each)] += 1;
    days.set(day, tally);
  }
  return [...days.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** A table, a line for each day, and how far the two agree in all. */
export function tallyLines(days: readonly ShadowDay[]): string[] {
  const row = (cells: readonly (string | number)[]) =>
    cells.map((cell, at) => (at === 0 ? String(cell).padEnd(10) : String(cell).padStart(15))).join("");
  const sum = (verdict: Verdict) => days.reduce((all, day) => all + day[verdict], 0);
  const [agreed, differed] = [sum("agreed"), sum("differed")];
  const share = agreed + differed === 0 ? "" : ` (${((100 * agreed) / (agreed + differed)).toFixed(1)} %)`;
  return [
    row(["day", "decided", "agreed", "differed", "not yet owned"]),
    ...days.map(({ day, decided, agreed, differed, open }) => row([day, decided, agreed, differed, open])),
    `Of ${agreed + differed} that can be compared, ${agreed} agree${share}.`,
  ];
}
