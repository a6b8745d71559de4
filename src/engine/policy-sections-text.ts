import { stringify } from "yaml";
import { readDocument } from "./policy-document.ts";

/** The text of a policy with whole sections written in place of its own. */
export function withSections(policyText: string, sections: Readonly<Record<string, unknown>>): string {
  const { value } = readDocument(policyText);
  // Quotes around every text: some words are taken for a slip without them.
  const asText = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;
  return stringify({ ...(typeof value === "object" ? value : {}), ...sections }, asText);
}
