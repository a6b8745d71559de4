import { Refused } from "../../refused.ts";
import { type DemoCrm, type DemoKit, type LeadView, NotTaken } from "../../sandbox/demo-crm.ts";
import type { DemoLead, DemoWorld } from "../../sandbox/demo-world.ts";
import type { LocalCrm } from "../../sandbox/local-crm.ts";
import type { World } from "./world.ts";

/** A CRM that the demo is about, before it runs. */
export type Chosen = Pick<LocalCrm, "name" | "title"> & { kit: DemoKit };

/** One that runs. */
export type Place = Pick<LocalCrm, "name" | "title"> & { crm: DemoCrm };

/** A lead as its CRM has it; `place`: what that is called. */
export type ToldLead = LeadView & { place: string };

/** The demo's leads: which is in which CRM, under which id. Ids of two CRMs are never the same. */
export type Leads = {
  /** By the CRMs' ids, in the order in which they qualify. */
  ids: readonly string[];
  placeOf(leadId: string): Place;
  view(leadId: string): ToldLead;
  /** The digits of its id in the demo's world: the same lead has the same in whatever CRM. */
  numberOf(leadId: string): number;
  /** Somebody who was not there before; answers the id. */
  add(): string;
};

/** Fills the CRMs: each has its part of the world. Throws Refused with a CRM's words for a value that it does not take. */
export function fillPlaces(places: readonly [Place, ...Place[]], world: World): Leads {
  const known = new Map<string, { place: Place; number: number }>();
  const idOf = new Map<string, string>();
  const parts = places.map((place, index) => ({ place, part: partOf(world, { index, of: places.length }) }));

  function note(place: Place, leadId: string, { id }: DemoLead): string {
    known.set(leadId, { place, number: Number(id) });
    idOf.set(id, leadId);
    return leadId;
  }

  for (const { place, part } of parts) {
    const ids = filled(place, part);
    for (const [at, lead] of part.leads.entries()) note(place, ids[at] ?? "", lead);
  }

  function found(leadId: string): { place: Place; number: number } {
    const lead = known.get(leadId);
    if (lead === undefined) throw new Error(`The demo has no lead ${leadId}.`);
    return lead;
  }

  return {
    ids: world.leads.map(({ id }) => idOf.get(id) ?? ""),
    placeOf: (leadId) => found(leadId).place,
    view(leadId) {
      const { place } = found(leadId);
      return { ...place.crm.viewLead(leadId), place: place.title };
    },
    numberOf: (leadId) => found(leadId).number,
    add() {
      const lead = world.nextLead();
      const { place, part } = parts[turnOf(lead, parts.length)] ?? { place: places[0], part: world };
      return note(place, place.crm.addLead(linkedIn(part, lead)), lead);
    },
  };
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

const turnOf = ({ id }: DemoLead, of: number): number => Number(id) % of;

/** Everybody is in every CRM; companies, two by two, and leads take turns, so that some leads are in another CRM than their company. */
function partOf(world: World, { index, of }: { index: number; of: number }): DemoWorld {
  const companies = world.companies.filter((_company, at) => Math.floor(at / 2) % of === index);
  const isThere = new Set(companies.map(({ id }) => id));
  const part = { people: world.people, companies, deals: world.deals.filter((deal) => isThere.has(deal.companyId)) };
  const leads = world.leads.filter((lead) => turnOf(lead, of) === index);
  return { ...part, leads: leads.map((lead) => linkedIn(part, lead)) };
}

/** A CRM links a lead to a company of its own alone. */
const linkedIn = ({ companies }: Pick<DemoWorld, "companies">, lead: DemoLead): DemoLead =>
  companies.some(({ id }) => id === lead.companyId) ? lead : { ...lead, companyId: null };
