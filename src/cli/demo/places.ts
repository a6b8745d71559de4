import { Refused } from "../../refused.ts";
import { type DemoCrm, type DemoKit, type LeadView, NotTaken } from "../../sandbox/demo-crm.ts";
import type { DemoLead, DemoWorld } from "../../sandbox/demo-world.ts";
import type { LocalCrm } from "../../sandbox/local-crm.ts";
import type { World } from "./world.ts";

/** A CRM that the demo is about, before it runs. */
export type Chosen = Pick<LocalCrm, "name" | "title"> & { kit: DemoKit };

/** One that runs. */
export type Place = Pick<LocalCrm, "name" | "title"> & { crm: DemoCrm };

/** Where a lead stands in a CRM. */
export type LeadRecord = { place: Place; id: string };

/**
 * A lead as it stands where it was decided; before, where it qualified. `place`: what the CRM is called in which it
 * qualified. `ownerAfterMs`: from then to the app's write of its owner; null when it wrote none.
 */
export type ToldLead = LeadView & { place: string; ownerAfterMs: number | null };

/**
 * The demo's leads. Everybody is in every CRM, as where vendors sync them, and qualifies in one. A lead goes by the id
 * that it has there; ids of two CRMs are never the same.
 */
export type Leads = {
  /** In the order in which they qualify. */
  ids: readonly string[];
  /** The lead that has a record of this id; null: none of the demo's. */
  leadWith(recordId: string): string | null;
  /** It was decided as this record of it. */
  decidedAs(recordId: string): void;
  /** Where it was decided; before, where it qualified. */
  recordOf(leadId: string): LeadRecord;
  /** Its other records. */
  othersOf(leadId: string): readonly LeadRecord[];
  view(leadId: string): ToldLead;
  /** The digits of its id in the demo's world: the same lead has the same in whatever CRM. */
  numberOf(leadId: string): number;
  qualify(leadId: string): void;
  /** Somebody who was not there before; answers the id. */
  add(): string;
};

type Known = { number: number; records: readonly LeadRecord[]; qualifies: LeadRecord; decided: LeadRecord | null };

/** Fills the CRMs with their parts of the world. Throws Refused with a CRM's words for a value that it does not take. */
export function fillPlaces(places: readonly [Place, ...Place[]], world: World): Leads {
  const parts = places.map((place, index) => ({ place, part: partOf(world, { index, of: places.length }) }));
  const known = new Map<string, Known>();

  function note({ id }: DemoLead, records: readonly LeadRecord[]): string {
    const number = Number(id);
    const qualifies = records[number % records.length];
    if (qualifies === undefined) throw new Error(`Lead ${id} is in no CRM.`);
    const lead: Known = { number, records, qualifies, decided: null };
    for (const record of records) known.set(record.id, lead);
    return qualifies.id;
  }

  const filledIds = parts.map(({ place, part }) => filled(place, part));
  const ids = world.leads.map((lead, at) =>
    note(
      lead,
      places.map((place, index) => ({ place, id: filledIds[index]?.[at] ?? "" })),
    ),
  );

  function found(leadId: string): Known {
    const lead = known.get(leadId);
    if (lead === undefined) throw new Error(`The demo has no lead ${leadId}.`);
    return lead;
  }

  const recordOf = (leadId: string): LeadRecord => {
    const { decided, qualifies } = found(leadId);
    return decided ?? qualifies;
  };
  return {
    ids,
    recordOf,
    leadWith: (recordId) => known.get(recordId)?.qualifies.id ?? null,
    decidedAs(recordId) {
      const lead = found(recordId);
      lead.decided = lead.records.find(({ id }) => id === recordId) ?? null;
    },
    othersOf(leadId) {
      const { id } = recordOf(leadId);
      return found(leadId).records.filter((record) => record.id !== id);
    },
    view: (leadId) => viewOf(recordOf(leadId), found(leadId).qualifies),
    numberOf: (leadId) => found(leadId).number,
    qualify(leadId) {
      const { place, id } = found(leadId).qualifies;
      place.crm.qualify(id);
    },
    add() {
      const lead = world.nextLead();
      return note(
        lead,
        parts.map(({ place, part }) => ({ place, id: place.crm.addLead(linkedIn(part, lead)) })),
      );
    },
  };
}

function viewOf({ place, id }: LeadRecord, qualifies: LeadRecord): ToldLead {
  const view = place.crm.viewLead(id);
  const { qualifiedAt } = qualifies.place.crm.viewLead(qualifies.id);
  const ownerAfterMs = view.ownedAt === null || qualifiedAt === null ? null : view.ownedAt - qualifiedAt;
  return { ...view, place: qualifies.place.title, ownerAfterMs };
}

function filled({ title, crm }: Place, part: DemoWorld): readonly string[] {
  try {
    return crm.fill(part);
  } catch (error) {
    throw error instanceof NotTaken
      ? new Refused(`The local ${title} does not take the list: ${error.message}`, { cause: error })
      : error;
  }
}

/** Everybody is in every CRM; companies take turns, two by two, so that the company of some is in the other one alone. */
function partOf(
  { people, companies: all, deals, leads }: World,
  { index, of }: { index: number; of: number },
): DemoWorld {
  const companies = all.filter((_company, at) => Math.floor(at / 2) % of === index);
  const isThere = new Set(companies.map(({ id }) => id));
  const part = { people, companies, deals: deals.filter((deal) => isThere.has(deal.companyId)) };
  return { ...part, leads: leads.map((lead) => linkedIn(part, lead)) };
}

/** A CRM links a lead to a company of its own alone. */
const linkedIn = ({ companies }: Pick<DemoWorld, "companies">, lead: DemoLead): DemoLead =>
  companies.some(({ id }) => id === lead.companyId) ? lead : { ...lead, companyId: null };
