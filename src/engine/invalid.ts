/** One thing wrong with a document: where it stands, and what to do about it. Line and column count from 1. */
export type Problem = { path: string; line: number; column: number; message: string };

/** Thrown by `parse…` functions with everything that is wrong at once; `problems` is never empty. */
export class Invalid extends Error {
  readonly problems: readonly Problem[];

  constructor(what: string, problems: readonly Problem[]) {
    super([`${what} has ${count(problems)}:`, ...problems.map((each) => `  ${problemLine(what, each)}`)].join("\n"));
    this.name = "Invalid";
    this.problems = problems;
  }
}

const count = (problems: readonly Problem[]): string =>
  problems.length === 1 ? "1 problem" : `${problems.length} problems`;

/** `policy.yaml:97:29: pools[4]: …`, as editors and other tools write and follow places in files. */
export const problemLine = (file: string, { path, line, column, message }: Problem): string =>
  `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`;
