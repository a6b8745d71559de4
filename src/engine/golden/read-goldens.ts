import type { Decision, Outcome } from "../decision.ts";
import { Invalid, type Problem, problemLine } from "../invalid.ts";
import { parsePolicy } from "../parse-policy.ts";
import type { Policy } from "../policy.ts";
import type { PolicyDocument } from "../policy-document.ts";
import { withSections } from "../policy-sections-text.ts";
import type { Snapshot } from "../snapshot.ts";
import { didYouMean } from "../suggest.ts";
import { caseShape, type GoldenCase, type World, worldShape } from "./golden-shape.ts";
import { snapshotOf } from "./golden-snapshot.ts";
import { readShape } from "./read-shape.ts";

/** A file of a directory of golden leads; `path` is inside that directory, with `/`. */
export type GoldenFile = { path: string; text: string };

/** A lead with the answer that it must get. */
export type Golden = Snapshot & {
  /** Its path without the ending. */
  name: string;
  path: string;
  why: string;
  outcome: Outcome;
  /** Null: any will do. */
  trace: readonly string[] | null;
  marks: Decision["marks"] | null;
  /** Taken from a decision instead of written by hand: it proves that nothing changed, not that it is right. */
  recorded: boolean;
  /** Decided by the policy under test as it stands; else the case changes sections of it. */
  usesPolicyAsItIs: boolean;
};

/** `problems` are those of one file each, its path in front; `unread` the paths of the files that have any. */
export type Goldens = { goldens: readonly Golden[]; problems: readonly string[]; unread: readonly string[] };

const isWorld = ({ path }: GoldenFile): boolean => /(^|\/)worlds\//.test(path);

/**
 * The golden leads of a directory, to be decided by this policy. Files below a folder `worlds` are worlds, named by their
 * path in it without the ending. What is wrong is told of every file, with its line; a broken file is no golden lead.
 */
export function readGoldens(files: readonly GoldenFile[], policyText: string): Goldens {
  const base = parsePolicy(policyText);
  const problems: string[] = [];
  const unread = new Set<string>();
  const tell = (file: GoldenFile, found: readonly Problem[]): void => {
    for (const problem of found) problems.push(problemLine(file.path, problem));
    if (found.length > 0) unread.add(file.path);
  };
  const worlds = new Map<string, World>();
  for (const file of files.filter(isWorld)) {
    const read = readShape(file.text, worldShape);
    tell(file, read.problems);
    if (read.value !== null) worlds.set(nameOf(file.path.replace(/^.*?worlds\//, "")), read.value);
  }
  const goldens = files
    .filter((file) => !isWorld(file))
    .flatMap((file): Golden[] => {
      const { document, value, problems: found } = readShape(file.text, caseShape);
      tell(file, found);
      if (value === null) return [];
      const report: Problem[] = [];
      const golden = toGolden(value, { file, worlds, base, policyText, document, report });
      tell(file, report);
      return golden === null ? [] : [golden];
    });
  return { goldens, problems, unread: [...unread] };
}

const nameOf = (path: string): string => path.replace(/\.[^./]+$/, "");

type Around = {
  file: GoldenFile;
  worlds: ReadonlyMap<string, World>;
  base: Policy;
  policyText: string;
  document: PolicyDocument;
  report: Problem[];
};

function toGolden(given: GoldenCase, around: Around): Golden | null {
  const { file, worlds, document, report } = around;
  const world = typeof given.world === "string" ? worlds.get(given.world) : given.world;
  if (world === undefined) {
    const message = `there is no world "${String(given.world)}"${didYouMean(String(given.world), worlds.keys())}`;
    report.push(document.problemAt(["world"], message));
    return null;
  }
  const known = world.reps.map(({ id }) => id);
  for (const id of Object.keys(given.given.reps ?? {}).filter((name) => !known.includes(name)))
    report.push(document.problemAt(["given", "reps", id], `the world has no rep "${id}"${didYouMean(id, known)}`));
  const policy = policyOf(world, given, around);
  if (report.length > 0 || policy === null) return null;
  return {
    ...snapshotOf(world, given.given, policy),
    name: nameOf(file.path),
    path: file.path,
    why: given.why,
    // What is no outcome differs from every one.
    outcome: given.outcome as Outcome,
    trace: given.trace ?? null,
    marks: given.marks ?? null,
    recorded: given.recorded,
    usesPolicyAsItIs: policy === around.base,
  };
}

/** The policy under test, with the sections that the world or the case writes in place of its own. */
function policyOf(world: World, given: GoldenCase, { base, policyText, document, report }: Around): Policy | null {
  const sections = { ...world.policy, ...given.given.policy };
  if (Object.keys(sections).length === 0) return base;
  try {
    return parsePolicy(withSections(policyText, sections));
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    for (const { path, message } of error.problems)
      report.push(
        document.problemAt(["given", "policy", ...path.split(/[.[\]]+/).filter(Boolean)], `${path}: ${message}`),
      );
    return null;
  }
}
