import { stringify } from "yaml";
import { readDocument } from "./policy-document.ts";

/** The text of a policy with whole sections written in place of its own. */
export function withSections(policyText: string, sections: Readonly<Record<string, unknown>>): string {
  const { value } = readDocument(policyText);
  return stringify({ ...(typeof value === "object" ? value : {}), ...sections });
}
