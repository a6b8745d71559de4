import { accountName } from "../crm/account-name.ts";
import type { Deps } from "../deps.ts";
import type { Connection, FeatureOff } from "../model/connection.ts";
import { openSubjects, raiseAlert, resolveAlert } from "../store/alerts.ts";

const kind = "feature-off";

/** One alert for each thing that the account does not let Baton do; those that it lets it do again end. */
export async function tellFeaturesOff(
  { db, now }: Pick<Deps, "db" | "now">,
  connection: Connection,
  features: readonly FeatureOff[],
): Promise<void> {
  const { id: connectionId, workspaceId } = connection;
  const at = now().toISOString();
  const subjectOf = (feature: string) => `${connectionId} ${feature}`;
  const off = new Set(features.map(({ feature }) => subjectOf(feature)));
  for (const subjectId of await openSubjects(db.query, workspaceId, kind))
    if (subjectId.startsWith(subjectOf("")) && !off.has(subjectId))
      await resolveAlert(db.query, { workspaceId, kind, subjectId }, at);
  for (const feature of features) await tellFeatureOff({ db, now }, connection, feature);
}

/** Something that was found out in between. */
export async function tellFeatureOff(
  { db, now }: Pick<Deps, "db" | "now">,
  connection: Connection,
  { feature, message, whatToDo }: FeatureOff,
): Promise<void> {
  const { id: connectionId, workspaceId } = connection;
  await raiseAlert(db.query, {
    ...{ workspaceId, connectionId, kind, subjectId: `${connectionId} ${feature}` },
    ...{ whatToDo, raisedAt: now().toISOString() },
    message: `${accountName(connection)}: ${message}`,
  });
}

/** It is there again. */
export async function endFeatureOff(
  { db, now }: Pick<Deps, "db" | "now">,
  { id, workspaceId }: Connection,
  feature: string,
): Promise<void> {
  await resolveAlert(db.query, { workspaceId, kind, subjectId: `${id} ${feature}` }, now().toISOString());
}
