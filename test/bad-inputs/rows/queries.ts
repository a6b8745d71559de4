/** A text that reaches a query: from a lead, from the policy, or from whatever else is not ours. */
export type QueryRow = readonly [title: string, text: string];

export const queryRows: readonly QueryRow[] = [
  ["B125 a quote and a condition", "' OR Name != '"],
  ["B126 a backslash before a quote", "\\'"],
  ["B127 the wildcards % and _", "100%_a.example"],
  ["B128 a quote and a second statement", "'; DELETE"],
  ["B129 a typographic quote", "O’Neill.example"],
  ["B130 NUL", "a\0b.example"],
  ["B131 line breaks", "a\nb\r\u2028c.example"],
  ["B132 a field name with FROM", "Id FROM User--"],
  ["B133 an object name with a space", "Account Contact"],
  ["B134 an id of 17 characters", "00Q000000000001AA"],
  ["B135 a domain with LIMIT", "x.com' LIMIT 50000"],
  ["B136 4,001 characters", "x".repeat(4_001)],
];
