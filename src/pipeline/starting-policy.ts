import { readFile } from "node:fs/promises";
import { parsePolicy } from "../engine/parse-policy.ts";

const shipped = new URL("../policies/default.yaml", import.meta.url);

/** The text of the policy that new workspaces begin with; null: the shipped one. Throws Invalid with all its problems. */
export async function readStartingPolicy(path: string | null): Promise<string> {
  const text = await readFile(path ?? shipped, "utf8");
  parsePolicy(text, path === null ? "The shipped policy" : `The policy ${path}`);
  return text;
}
