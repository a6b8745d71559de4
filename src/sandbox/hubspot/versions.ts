import { splitPath } from "../router.ts";
import type { Call } from "./portal.ts";

type Version = Call["version"];

const versions: Readonly<Record<string, Version>> = {
  ...{ "2026-09": "2026-09", "2026-03": "2026-03" },
  ...{ v1: "v1", v3: "v3", v4: "v4" },
};

/** What stands for `:version` in a route: the dated ones (hubspot.md §0, version map). */
export function isDatedVersion(segment: string): boolean {
  return /^\d{4}-\d{2}$/.test(segment) && segment in versions;
}

/** The first version in a path; the newest where there is none. */
export function versionOf(path: string): Version {
  for (const segment of splitPath(path)) {
    const version = Object.hasOwn(versions, segment) ? versions[segment] : undefined;
    if (version) return version;
  }
  return "2026-09";
}

/**
 * One spelling for the legacy and the dated form of a path: `/crm/v3/objects/x` becomes `/crm/objects/v3/x`
 * (hubspot.md §0, version map).
 */
export function canonicalPath(path: string): string {
  const [area, second, third, ...rest] = splitPath(path);
  const isSwapped = (area === "crm" || area === "settings") && /^v\d$/.test(second ?? "") && third !== undefined;
  return isSwapped ? `/${[area, third, second, ...rest].join("/")}` : path;
}
