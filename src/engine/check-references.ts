import type { Path } from "./policy-document.ts";
import type { PolicyFile } from "./read-sections.ts";
import { didYouMean } from "./suggest.ts";

/** Stands for every item of a list, and every key of a group. */
const each = Symbol("each");

type Reference = { to: "pools" | "segments" | "verticals"; noun: string; path: readonly (string | typeof each)[] };

const references: readonly Reference[] = [
  { to: "pools", noun: "pool", path: ["territories", each, "pool"] },
  { to: "pools", noun: "pool", path: ["tier_needs", each, "or_pool"] },
  { to: "pools", noun: "pool", path: ["territories", each, "team_pool"] },
  { to: "pools", noun: "pool", path: ["pools", each, "pools", each] },
  { to: "pools", noun: "pool", path: ["pools", each, "pools", each, "pool"] },
  { to: "pools", noun: "pool", path: ["waterfall", each] },
  { to: "pools", noun: "pool", path: ["waterfall", each, "pool"] },
  { to: "pools", noun: "pool", path: ["follow_the_sun"] },
  { to: "pools", noun: "pool", path: ["partner", "pool"] },
  { to: "pools", noun: "pool", path: ["overrides", each, "to", "pool"] },
  { to: "segments", noun: "segment", path: ["rep_defaults", "segments", each] },
  { to: "segments", noun: "segment", path: ["reps", each, "segments", each] },
  { to: "verticals", noun: "vertical", path: ["rep_defaults", "verticals", each] },
  { to: "verticals", noun: "vertical", path: ["reps", each, "verticals", each] },
];

/** Names that point nowhere. They are looked up in the file as written, so that nothing broken around them hides them. */
export function checkReferences({ raw, reportRaw }: Pick<PolicyFile, "raw" | "reportRaw">): void {
  for (const { to, noun, path } of references) {
    const names = namesIn(raw[to] ?? (to === "pools" ? null : []));
    if (names === null) continue;
    for (const [place, value] of valuesAt(raw, path, [])) {
      const name = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : null;
      if (name === null || names.includes(name)) continue;
      reportRaw(place, `there is no ${noun} "${name}"${didYouMean(name, names)}`);
    }
  }
}

/** Null when a name cannot be read: what it is the name of may be what is meant. */
function namesIn(list: unknown): string[] | null {
  if (!Array.isArray(list)) return null;
  const names = list.map((item: unknown) => (isRecord(item) ? item.name : undefined));
  const isReadable = names.every((name) => typeof name === "string" || typeof name === "number");
  return isReadable ? names.map((name) => String(name).trim()) : null;
}

function valuesAt(value: unknown, [part, ...rest]: Reference["path"], place: Path): [place: Path, value: unknown][] {
  if (part === undefined) return [[place, value]];
  if (part === each && Array.isArray(value))
    return value.flatMap((item: unknown, at) => valuesAt(item, rest, [...place, at]));
  if (!isRecord(value)) return [];
  const keys = part === each ? Object.keys(value) : Object.keys(value).filter((key) => key === part);
  return keys.flatMap((key) => valuesAt(value[key], rest, [...place, key]));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
