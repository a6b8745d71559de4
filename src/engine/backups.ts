import type { PreparedRep } from "./prepare-reps.ts";

/** Who stands in for a rep, the first choice first: their backup, the backup's backup and so on, nobody twice. */
export function backupsOf(reps: ReadonlyMap<string, PreparedRep>, repId: string): PreparedRep[] {
  const chain: PreparedRep[] = [];
  const visited = new Set([repId]);
  let next = reps.get(repId)?.backupId ?? null;
  while (next !== null && !visited.has(next)) {
    visited.add(next);
    const rep = reps.get(next);
    if (rep !== undefined) chain.push(rep);
    next = rep?.backupId ?? null;
  }
  return chain;
}
