import { Refused } from "../refused.ts";
import type { Db } from "../store/db.ts";
import { activePolicy, type GoldenFiles, setGolden } from "../store/policies.ts";
import type { NamedWorkspace } from "../store/workspaces.ts";
import { failedGoldens } from "./prove-wrong.ts";
import { requireApproval, type Signed } from "./publish-policy.ts";

type Given = Signed & { workspace: NamedWorkspace; text: string; golden: GoldenFiles | null };

/**
 * Keeps golden leads with the version in force, where the policy that is to be published is that very one; answers the
 * version. Null: it is another policy, or no golden lead was given. Throws `Refused` when one cannot be read or fails.
 */
export async function keepGolden(db: Db, { workspace, text, golden, ...signed }: Given): Promise<number | null> {
  const active = await activePolicy(db.query, workspace.id);
  if (active?.text !== text || golden === null || golden.length === 0) return null;
  requireApproval(signed);
  const failed = failedGoldens(text, golden);
  if (failed.length > 0)
    throw new Refused(
      [
        `${workspace.name} routes by this very policy already, as its version ${active.version}, but the golden leads are not kept with it: it does not pass them.`,
        ...failed,
      ].join("\n"),
    );
  await setGolden(db.query, { workspaceId: workspace.id, version: active.version, golden });
  return active.version;
}
