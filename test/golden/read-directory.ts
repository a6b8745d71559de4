import { readdirSync, readFileSync } from "node:fs";
import type { GoldenFile } from "../../src/engine/golden/read-goldens.ts";

/** Which golden leads prove which of the shipped policies. */
export const shippedPolicies = [
  { policy: "default.yaml", folder: "cases" },
  { policy: "starter.yaml", folder: "starter" },
] as const;

/** The golden leads of a folder here, with the worlds beside it. */
export function goldenFiles(folder: string): GoldenFile[] {
  return [folder, "worlds"].flatMap((name) => {
    const directory = new URL(`${name}/`, import.meta.url);
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => /\.\w+$/.test(file));
    const prefix = name === "worlds" ? "worlds/" : "";
    return files.sort().map((file) => ({ path: prefix + file, text: readFileSync(new URL(file, directory), "utf8") }));
  });
}

/** The text of a shipped policy. */
export const shippedPolicy = (file: string): string =>
  readFileSync(new URL(`../../src/policies/${file}`, import.meta.url), "utf8");
