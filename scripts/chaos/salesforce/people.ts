import { actIn, personIn } from "../../../src/sandbox/salesforce/control/acting.ts";
import { playRep } from "../../../src/sandbox/salesforce/control/rep.ts";
import { convertLead } from "../../../src/sandbox/salesforce/convert-lead.ts";
import { mergeRecords } from "../../../src/sandbox/salesforce/merge-records.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import type { SalesforceSandbox } from "../../../src/sandbox/salesforce/state.ts";
import {
  createRecord,
  deleteRecord,
  updateRecord,
  type Writing,
} from "../../../src/sandbox/salesforce/write-records.ts";
import type { Life, People } from "../crm.ts";
import { countries, createTally, type PeopleOptions, pickOf } from "../people-parts.ts";
import { leadName } from "../truth.ts";
import type { Place } from "./orgs.ts";
import { qualifyingStatus, readStore } from "./truth.ts";

const asUsual = {
  ...{ convertedStatus: "Closed - Converted", accountId: null, contactId: null, opportunityId: null },
  ...{ doNotCreateOpportunity: true, opportunityName: null, overwriteLeadSource: false },
};

/** `done`: the leads that they did something to, by `leadName`. */
export function salesforcePeople(
  salesforce: SalesforceSandbox,
  places: readonly Place[],
  { random, after }: PeopleOptions,
): People & { done: ReadonlySet<string> } {
  const tally = createTally();
  const done = new Set<string>();
  const pick = pickOf(random);
  const placeOf = (accountId: string): Place => {
    const place = places.find(({ org }) => org.id === accountId);
    if (place === undefined) throw new Error(`There is no org ${accountId}.`);
    return place;
  };
  const act = <T>({ org, colleagueId }: Place, run: (writing: Writing) => T): T =>
    actIn(org, personIn(org, colleagueId), run);
  const leads = ({ org }: Place) => tableOf(org, "Lead");
  const isStruck = ({ org }: Place, leadId: string) => done.has(leadName({ accountId: org.id, leadId }));
  const tasksOf = (place: Place) =>
    readStore(salesforce, [place]).tasks.filter(({ leadIds }) => leadIds.every((leadId) => !isStruck(place, leadId)));

  /** Done at once, and seen as late as the place says. */
  function late<T>({ org, lateMs }: Place, run: () => T): T {
    org.rules.lateCommitMs = lateMs;
    const made = run();
    org.rules.lateCommitMs = 0;
    return made;
  }

  function create(place: Place): string {
    const made = tally.next();
    return act(place, (writing) =>
      createRecord(writing, leads(place).object, {
        ...{ FirstName: "Jo", LastName: `Lead ${made}`, Email: `lead-${made}@firm-${made % 97}.example` },
        ...{ Company: `Firm ${made % 97}`, Country: pick(countries) ?? null, OwnerId: place.queueId },
      }),
    );
  }

  function enter(place: Place, leadId: string): void {
    const lead = leads(place).get(leadId);
    // Somebody may have done something to it in the meantime.
    if (lead === undefined || lead.IsDeleted === true || lead.IsConverted === true) return;
    tally.qualified();
    act(place, (writing) => updateRecord(writing, leads(place).object, leadId, { Status: qualifyingStatus }));
  }

  function doTo(place: Place, leadId: string, life: Life): void {
    done.add(leadName({ accountId: place.org.id, leadId }));
    if (life === "deleted") act(place, (writing) => deleteRecord(writing, leads(place).object, leadId));
    if (life === "converted or restored")
      act(place, (writing) => convertLead(writing, { ...asUsual, leadId, ownerId: place.colleagueId }));
    if (life !== "merged") return;
    const masterId = create(place);
    done.add(leadName({ accountId: place.org.id, leadId: masterId }));
    tally.qualified();
    const values = { Status: qualifyingStatus };
    act(place, (writing) => mergeRecords(writing, { object: "Lead", masterId, loserIds: [leadId], values }));
  }

  return {
    done,
    qualifyNew(accountId) {
      const place = placeOf(accountId);
      const leadId = late(place, () => create(place));
      const qualify = () => late(place, () => enter(place, leadId));
      if (place.lateMs === 0) qualify();
      else after(place.lateMs + 50, qualify);
    },
    qualifyAgain(accountId) {
      const place = placeOf(accountId);
      const leadId = pick(tasksOf(place))?.leadIds[0];
      if (leadId === undefined) return;
      playRep(place.org, { action: "change-status", leadId, status: "Working - Contacted" });
      after(100, () => enter(place, leadId));
    },
    completeTask(accountId) {
      const place = placeOf(accountId);
      const task = pick(tasksOf(place).filter(({ open }) => open));
      if (task !== undefined) playRep(place.org, { action: "complete-task", taskId: task.taskId });
    },
    strike(life, accountId, text) {
      const place = placeOf(accountId);
      const living = [...leads(place).rows()].filter(
        ({ IsDeleted, IsConverted }) => IsDeleted !== true && IsConverted !== true,
      );
      const named = pick(living.map(({ Id }) => String(Id)).filter((id) => !isStruck(place, id) && text.includes(id)));
      if (named === undefined) return;
      tally.struck(life);
      doTo(place, named, life);
    },
    ...tally.counts,
  };
}
