/**
 * What a report says as it goes: a line for the person at the terminal, how far it has come (0 to 1), or a part of a
 * file, for whoever asked for one.
 */
export type Said = { line: string } | { progress: number } | { csv: string } | { json: string };

/** Lines, one after the other. */
export function* sayLines(lines: Iterable<string>): Generator<Said, void, undefined> {
  for (const line of lines) yield { line };
}
