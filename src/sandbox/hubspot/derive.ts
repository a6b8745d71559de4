import { isStageAllowed, stageStamps } from "./lifecycle.ts";
import type { HubspotRecord, Portal } from "./portal.ts";
import { type Cause, createdName } from "./record-store.ts";

type Derivation = { portal: Portal; typeId: string; record: HubspotRecord | null; cause: Cause };

/** The values that HubSpot really writes: those asked for, without refused stages, plus what it calculates from them. */
export function deriveValues(asked: Map<string, string>, derivation: Derivation): Map<string, string> {
  const values = new Map(asked);
  const { portal, typeId, record, cause } = derivation;
  const to = values.get("lifecyclestage");
  const from = record?.properties.get("lifecyclestage") ?? "";
  if (to !== undefined && !isStageAllowed(portal, typeId, { from, to, source: cause.source })) {
    values.delete("lifecyclestage");
  }
  for (const name of [...values.keys()]) {
    const value = values.get(name) ?? "";
    if (value === (record?.properties.get(name) ?? "")) continue;
    for (const [derived, text] of derivedFrom(name, value, derivation)) {
      if (!asked.has(derived)) values.set(derived, text);
    }
  }
  return values;
}

/** What a new record gets when its creator says nothing (hubspot.md §4.4, §4.8). */
export function defaultValues(portal: Portal, typeId: string, id: string, cause: Cause): [string, string][] {
  const values: [string, string][] = [
    ["hs_object_id", id],
    [createdName(typeId), iso(cause.at)],
    ["hs_object_source", cause.source.type],
    ["hs_object_source_label", cause.source.type],
    ["hs_object_source_id", cause.source.id],
  ];
  if (typeId === "0-1" || typeId === "0-2") values.push(["lifecyclestage", "lead"]);
  if (typeId === "0-3") values.push(["pipeline", portal.pipelines.get("0-3")?.[0]?.id ?? "default"]);
  if (typeId === "0-27") {
    values.push(["hs_task_status", "NOT_STARTED"], ["hs_task_priority", "NONE"], ["hs_task_type", "TODO"]);
  }
  const definitions = portal.properties.get(typeId);
  return values.filter(([name, value]) => {
    const definition = definitions?.get(name);
    const isKnown = definition?.type !== "enumeration" || name === "pipeline" || hasOption(definition, value);
    return definition !== undefined && isKnown;
  });
}

function hasOption(definition: { options: { value: string }[] }, value: string): boolean {
  return definition.options.some((option) => option.value === value);
}

function derivedFrom(name: string, value: string, { portal, typeId, record, cause }: Derivation): [string, string][] {
  switch (name) {
    case "hubspot_owner_id":
      return typeId === "0-115" ? [] : [["hubspot_owner_assigneddate", value === "" ? "" : iso(cause.at)]];
    case "email":
      return typeId === "0-1" ? [["hs_email_domain", value.split("@")[1] ?? ""]] : [];
    case "hs_task_status":
      return [["hs_task_completion_date", value === "COMPLETED" ? iso(cause.at) : ""]];
    case "lifecyclestage": {
      const from = record?.properties.get(name) ?? "";
      return stageStamps(record, { from, to: value, at: cause.at, isLifecycle: true });
    }
    case "dealstage":
      return dealStageValues(portal, record, { stage: value, at: cause.at });
    default:
      return [];
  }
}

function dealStageValues(
  portal: Portal,
  record: HubspotRecord | null,
  { stage, at }: { stage: string; at: number },
): [string, string][] {
  const stages = (portal.pipelines.get("0-3") ?? []).flatMap((pipeline) => pipeline.stages);
  const metadata = stages.find((one) => one.id === stage)?.metadata;
  const isClosed = metadata?.isClosed === "true";
  const isWon = isClosed && Number(metadata?.probability) === 1;
  const from = record?.properties.get("dealstage") ?? "";
  return [
    ["hs_is_closed", String(isClosed)],
    ["hs_is_closed_won", String(isWon)],
    ["hs_is_closed_lost", String(isClosed && !isWon)],
    ["hs_v2_date_entered_current_stage", iso(at)],
    ...stageStamps(record, { from, to: stage, at, isLifecycle: false }),
  ];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
