import { ThrottleClosed } from "../crm/throttle.ts";
import type { Link } from "./workspace.ts";

/**
 * Runs for one connection after the other: one that fails does not keep the rest waiting. Throws the first failure
 * when all had their turn; that a connection was closed meanwhile is none.
 */
export async function eachLink<L extends Pick<Link, "connection">>(
  links: ReadonlyMap<string, L>,
  run: (link: L) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const link of [...links.values()]) {
    try {
      await run(link);
    } catch (error) {
      if (!(error instanceof ThrottleClosed)) failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
