import { isMap, parseDocument, stringify } from "yaml";
import { readDocument } from "./policy-document.ts";

// Quotes around every text: some words are taken for a slip without them.
const asText = { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" } as const;

const wide = { lineWidth: 0 } as const;

/** The text of a policy with whole sections written in place of its own. */
export function withSections(policyText: string, sections: Readonly<Record<string, unknown>>): string {
  const { value } = readDocument(policyText);
  return stringify({ ...(typeof value === "object" ? value : {}), ...sections }, asText);
}

/** The text of a policy with what one CRM calls otherwise, as an entry under `by_crm`. Comments and the rest of it stay. */
export function withCrmWords(policyText: string, crm: string, words: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(policyText);
  const isPlain = isMap(document.contents) && document.contents.flow !== true && !/^\.\.\.$/m.test(policyText);
  if (isPlain && !document.has("by_crm")) {
    const entry = parseDocument(stringify({ by_crm: { [crm]: words } }, asText));
    entry.commentBefore = ` What ${crm} calls otherwise.`;
    return `${policyText.trimEnd()}\n\n${entry.toString(wide)}`;
  }
  document.setIn(["by_crm", crm], document.createNode(words));
  return document.toString(wide);
}

/** Such an entry in one line. */
export const crmWordsInLine = (crm: string, words: Readonly<Record<string, unknown>>): string =>
  `by_crm: ${stringify({ [crm]: words }, { ...asText, ...wide, collectionStyle: "flow" }).trim()}`;
