import { z } from "zod";
import { policyVersions } from "../store/policies.ts";
import { type Command, command } from "./command.ts";
import { keepGolden } from "./keep-golden.ts";
import { lintLines } from "./lint-workspace.ts";
import { findWorkspace, publish, rollBack } from "./publish-policy.ts";
import { recordDecision } from "./record-decision.ts";

const workspace = z.string().nullable();
const signed = { by: z.string(), approvedBy: z.string() };

/** Of the commands those on a workspace's policy. */
export const policyCommands = {
  "policy-lint": command(
    { workspace, text: z.string(), quietHours: z.number().nullable() },
    async (db, { workspace: name, text, quietHours }, at) => {
      const { id } = await findWorkspace(db, name);
      return lintLines(db.query, { workspaceId: id, text, now: at, quietHours });
    },
  ),
  /** The lines of a golden lead's file. */
  "policy-record": command({ workspace, decisionId: z.string() }, async (db, { workspace: name, decisionId }) => {
    const text = await recordDecision(db.query, await findWorkspace(db, name), decisionId);
    return text.trimEnd().split("\n");
  }),
  "policy-publish": command(
    {
      workspace,
      text: z.string(),
      golden: z.array(z.object({ path: z.string(), text: z.string() })).nullable(),
      despite: z.string().nullable(),
      ...signed,
    },
    async (db, { workspace: name, ...draft }, at) => {
      const found = await findWorkspace(db, name);
      const kept = await keepGolden(db, { ...draft, workspace: found });
      if (kept !== null)
        return [
          `${found.name} routes by this very policy already, as its version ${kept}; it passes the golden leads, which are kept with it from now on.`,
        ];
      const version = await publish(db, { ...draft, workspace: found, at });
      return [`${found.name} routes by version ${version} within a second or two.`];
    },
  ),
  "policy-rollback": command(
    { workspace, to: z.int().nullable(), ...signed },
    async (db, { workspace: name, ...wanted }, at) => {
      const found = await findWorkspace(db, name);
      const { version, restores } = await rollBack(db, { ...wanted, workspace: found, at });
      return [`${found.name} routes by version ${version} within a second or two, which is version ${restores} again.`];
    },
  ),
  "policy-history": command({ workspace }, async (db, { workspace: name }) => {
    const versions = await policyVersions(db.query, (await findWorkspace(db, name)).id);
    return versions.map(({ version, publishedAt, publishedBy, approvedBy, restores, despite }, at) => {
      const who = publishedBy === null ? "with the install" : `by ${publishedBy}, approved by ${approvedBy}`;
      const again = restores === null ? "" : `, version ${restores} again`;
      const though = despite === null ? "" : `, despite what was wrong: ${despite}`;
      return `${version}  ${publishedAt}  ${who}${again}${though}${at === 0 ? "  (in force)" : ""}`;
    });
  }),
} satisfies Record<string, Command>;
