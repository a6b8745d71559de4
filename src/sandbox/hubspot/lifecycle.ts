import type { HubspotRecord, Portal, Source } from "./portal.ts";
import { lifecycleDateName } from "./stage-properties.ts";

/**
 * May the stage be written? Through the API a stage only moves forward; a step back is answered with success and not
 * applied, unless the stage was cleared by an earlier request (hubspot.md §4.4). People may do it in the UI.
 */
export function isStageAllowed(
  portal: Portal,
  typeId: string,
  { from, to, source }: { from: string; to: string; source: Source },
): boolean {
  if (from === "" || to === "" || source.type === "CRM_UI") return true;
  return isForward(portal, typeId, { from, to });
}

/** Does `to` come after `from` in the account's order of stages? An empty `from` comes before all. */
export function isForward(portal: Portal, typeId: string, { from, to }: { from: string; to: string }): boolean {
  const options = portal.properties.get(typeId)?.get("lifecyclestage")?.options ?? [];
  const orderOf = (stage: string) => options.find((option) => option.value === stage)?.displayOrder ?? -1;
  return orderOf(to) > orderOf(from);
}

/** The stamps of leaving one stage for another ("" = none): lifecycle or deal stages alike. */
export function stageStamps(
  record: HubspotRecord | null,
  { from, to, at, isLifecycle }: { from: string; to: string; at: number; isLifecycle: boolean },
): [string, string][] {
  const stamps: [string, string][] = [];
  const enteredAt = record?.properties.get(`hs_v2_date_entered_${from}`);
  if (from !== "" && enteredAt) stamps.push([`hs_v2_latest_time_in_${from}`, String(at - Date.parse(enteredAt))]);
  if (to === "") return stamps;
  const now = new Date(at).toISOString();
  stamps.push([`hs_v2_date_entered_${to}`, now]);
  const legacy = isLifecycle ? lifecycleDateName(to) : undefined;
  if (legacy) stamps.push([legacy, now]);
  return stamps;
}
