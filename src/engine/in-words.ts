/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], word = "and"): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}

/** "3 days", "2 hours", "5 minutes" of so many milliseconds: the largest unit of which it is a whole one, rounded down. */
export function ageInWords(ms: number): string {
  const [days, hours, minutes] = [86_400_000, 3_600_000, 60_000].map((unit) => Math.max(0, Math.floor(ms / unit)));
  if (days) return counted(days, "day");
  return hours ? counted(hours, "hour") : counted(minutes ?? 0, "minute");
}

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;

/** Minutes as "30 minutes", "1 hour" or "4 hours". */
export function durationInWords(minutes: number): string {
  if (minutes % 60 !== 0 || minutes === 0) return `${minutes} minutes`;
  return minutes === 60 ? "1 hour" : `${minutes / 60} hours`;
}
