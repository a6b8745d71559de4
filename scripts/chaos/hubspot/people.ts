import { associatedIds } from "../../../src/sandbox/hubspot/associations.ts";
import { mergeContacts } from "../../../src/sandbox/hubspot/merge.ts";
import type { Portal } from "../../../src/sandbox/hubspot/portal.ts";
import { archiveRecord, createRecord, restoreRecord, updateRecord } from "../../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../../src/sandbox/hubspot/rep.ts";
import type { HubspotSandbox } from "../../../src/sandbox/hubspot/sandbox.ts";
import type { Life, People } from "../crm.ts";
import { countries, createTally, type PeopleOptions, pickOf } from "../people-parts.ts";
import { leadName } from "../truth.ts";
import { qualifyingStage, readTruth, type Struck } from "./truth.ts";

const workflow = { source: { type: "AUTOMATION_PLATFORM", id: "enrollmentId:1" }, version: "2026-09" as const };
const person = { type: "CRM_UI", id: "userId:9100", userId: 9_100 };
const scores = ["45", "65", "85"];
/** A lead comes back so long after it was deleted. */
const restoredAfterMs = 700;

/** `struck`: what they did to leads. */
export function hubspotPeople(
  hubspot: HubspotSandbox,
  portals: readonly Portal[],
  { random, after }: PeopleOptions,
): People & { done: Struck } {
  const tally = createTally();
  const leads = new Set<string>();
  const formerLeads = new Map<string, string>();
  const pick = pickOf(random);
  const portalOf = (accountId: string): Portal => {
    const portal = portals.find(({ id }) => String(id) === accountId);
    if (portal === undefined) throw new Error(`There is no portal ${accountId}.`);
    return portal;
  };
  const tasksOf = (portal: Portal) =>
    readTruth(hubspot, [portal]).tasks.filter(({ leadIds }) => leadIds.every((leadId) => !isStruck(portal, leadId)));
  const isStruck = (portal: Portal, leadId: string) => leads.has(leadName({ accountId: String(portal.id), leadId }));

  function create(portal: Portal): string {
    const made = tally.next();
    const properties = {
      email: `lead-${made}@firm-${made % 97}.example`,
      country: pick(countries) ?? "",
      hubspotscore: pick(scores) ?? "",
      recent_conversion_event_name: "Guide",
    };
    return createRecord(portal, "0-1", properties, { ...workflow, trusted: true }).id;
  }

  function enter(portal: Portal, contactId: string): void {
    // Somebody may have merged or deleted it in the meantime.
    if (portal.records.get("0-1")?.get(contactId)?.archivedAt !== null) return;
    tally.qualified();
    updateRecord(portal, "0-1", contactId, { lifecyclestage: qualifyingStage }, workflow);
  }

  function note(portal: Portal, ...ids: readonly string[]): void {
    for (const leadId of ids) leads.add(leadName({ accountId: String(portal.id), leadId }));
  }

  function doTo(portal: Portal, contactId: string, life: Life): void {
    note(portal, contactId);
    for (const taskId of associatedIds(portal, "0-1", contactId, "0-27"))
      formerLeads.set(`${portal.id} ${taskId}`, contactId);
    if (life === "merged") {
      const otherId = create(portal);
      note(portal, otherId, mergeContacts(portal, otherId, contactId, person));
      return;
    }
    archiveRecord(portal, "0-1", contactId, person);
    if (life === "converted or restored") after(restoredAfterMs, () => restoreRecord(portal, "0-1", contactId, person));
  }

  return {
    done: { leads, formerLeads },
    qualifyNew(accountId) {
      const portal = portalOf(accountId);
      enter(portal, create(portal));
    },
    qualifyAgain(accountId) {
      const portal = portalOf(accountId);
      const contactId = pick(tasksOf(portal))?.leadIds[0];
      if (contactId === undefined) return;
      playRep(portal, { action: "change-stage", contactId, stage: "lead" });
      after(100, () => enter(portal, contactId));
    },
    completeTask(accountId) {
      const portal = portalOf(accountId);
      const task = pick(tasksOf(portal).filter(({ open }) => open));
      if (task !== undefined) playRep(portal, { action: "complete-task", taskId: task.taskId });
    },
    strike(life, accountId, text) {
      const portal = portalOf(accountId);
      const living = [...(portal.records.get("0-1")?.values() ?? [])].filter(({ archivedAt }) => archivedAt === null);
      const named = pick(living.filter(({ id }) => !isStruck(portal, id) && text.includes(`"${id}"`)));
      if (named === undefined) return;
      tally.struck(life);
      doTo(portal, named.id, life);
    },
    ...tally.counts,
  };
}
