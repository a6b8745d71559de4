import { accountName } from "../crm/account-name.ts";
import { hasOneStatus } from "../crm/has-one-status.ts";
import type { Deps } from "../deps.ts";
import type { Policy } from "../engine/policy.ts";
import { stagesInWords, unknownStages } from "../engine/unknown-stages.ts";
import { openSubjects, raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Link } from "./workspace.ts";

const kind = "stage-unknown";

/** A stage that the policy names and the CRM does not have routes no lead, and nothing else would say so. */
export async function checkStages(
  { db, now }: Pick<Deps, "db" | "now">,
  policy: Policy,
  { connection, roster: { stages } }: Pick<Link, "connection" | "roster">,
): Promise<void> {
  const { id: connectionId, workspaceId, crm } = connection;
  const at = now().toISOString();
  const unknown = unknownStages(policy, crm, { stages, areStatuses: hasOneStatus(crm) }).map((each) => ({
    ...each,
    subjectId: `${connectionId} ${each.place} ${each.stage}`,
  }));
  for (const subjectId of await openSubjects(db.query, workspaceId, kind))
    if (subjectId.startsWith(`${connectionId} `) && !unknown.some((each) => each.subjectId === subjectId))
      await resolveAlert(db.query, { workspaceId, kind, subjectId }, at);
  for (const { place, stage, effect, subjectId } of unknown)
    await raiseAlert(db.query, {
      ...{ workspaceId, connectionId, kind, subjectId, raisedAt: at },
      message: `${accountName(connection)} has no stage "${stage}", which ${place} of the policy names: ${effect}. ${stagesInWords(stage, stages)}`,
      whatToDo: `Publish a policy that names one of them, for this CRM alone under by_crm.${crm}, or add that stage in the CRM.`,
    });
}

/** Leads cannot be looked for by a stage that the CRM does not have: some CRMs refuse the question. */
export const hasQualifyingStage = ({ qualifyingStage, roster: { stages } }: Pick<Link, "qualifyingStage" | "roster">) =>
  stages.length === 0 || stages.includes(qualifyingStage);
