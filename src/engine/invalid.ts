/** One thing wrong with a document: where it stands, and what to do about it. Line and column count from 1. */
export type Problem = { path: string; line: number; column: number; message: string };

/** Thrown by `parse…` functions with everything that is wrong at once; `problems` is never empty. */
export class Invalid extends Error {
  readonly problems: readonly Problem[];

  constructor(what: string, problems: readonly Problem[]) {
    super([`${what} has ${count(problems)}:`, ...problems.map(line)].join("\n"));
    this.name = "Invalid";
    this.problems = problems;
  }
}

const count = (problems: readonly Problem[]): string =>
  problems.length === 1 ? "1 problem" : `${problems.length} problems`;

const line = (problem: Problem): string =>
  `  line ${problem.line}, column ${problem.column}: ${problem.path === "" ? "" : `${problem.path}: `}${problem.message}`;
