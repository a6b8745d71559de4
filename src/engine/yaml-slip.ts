import type { ErrorCode, YAMLParseError } from "yaml";

type Slip = Pick<YAMLParseError, "code" | "message">;

const crooked = "it begins in another column than what it belongs to: indent both alike";

/** The reader's codes, the messages that are meant where a code has several, and what whoever wrote the file has to do. */
const slips: readonly { code: ErrorCode; said?: RegExp; told: string }[] = [
  { code: "TAB_AS_INDENT", told: "a tab indents it: use spaces" },
  { code: "BAD_INDENT", said: /end with a }/, told: "a { above it is not closed: put a } at the end of that part" },
  { code: "BAD_INDENT", said: /end with a ]/, told: "a [ above it is not closed: put a ] at the end of that part" },
  { code: "BAD_INDENT", told: crooked },
  { code: "MISSING_CHAR", said: /^Sequence item/, told: crooked },
  { code: "MISSING_CHAR", said: /^Missing closing/, told: "a quote above it is not closed" },
  {
    code: "BLOCK_AS_IMPLICIT_KEY",
    told: "a colon too many, or lines below that are indented otherwise: put quotes around a text with a colon in it",
  },
  {
    code: "BLOCK_IN_FLOW",
    told: "a colon too many or a comma too few between brackets: put quotes around a text with a colon in it",
  },
  { code: "MULTILINE_IMPLICIT_KEY", told: "a key without a colon, or without the blank after it: write key: value" },
  { code: "MULTIPLE_DOCS", told: "--- begins a second document: one file holds one" },
  { code: "BAD_SCALAR_START", told: "a text may not begin like this: put quotes around it" },
  { code: "BAD_DQ_ESCAPE", told: "a backslash between double quotes: use single quotes" },
  {
    code: "UNEXPECTED_TOKEN",
    told: "something stands after the end of a text or a list: a bracket too many, or a quote inside quotes",
  },
];

/** What is wrong with a text as YAML, for the person who wrote it; in the reader's own words where we have none. */
export const slipInWords = ({ code, message }: Slip): string =>
  slips.find((slip) => slip.code === code && (slip.said?.test(message) ?? true))?.told ?? message;
