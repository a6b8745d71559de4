import type { DemoCompany, DemoDeal } from "../../sandbox/demo-world.ts";
import { activeReps, formerRep } from "./reps.ts";

export type CompanyKind = "free" | "owned" | "deal" | "customer" | "ghost" | "competitor" | "twin";

export type Company = {
  id: string;
  name: string;
  domain: string;
  country: string;
  state: string;
  employees: number;
  kind: CompanyKind;
  ownerId: string | null;
};

type Region = { names: string; places: string; team: string };

// Invented names; the ending keeps them from being anybody's domain.
const regions: readonly Region[] = [
  {
    names:
      "Kestrel Motion|Alpenwerk|Nordlicht Optik|Rheinblick Logistik|Falkenberg Guss|Isar Dynamics|Lindenhof Pharma|Bergkristall Chemie|Havelstrom Energie|Steinadler Fracht|Tauern Systems|Zugspitz Medizin|Elbkontor Handel|Donau Antriebe|Quellgrund Wasser|Murgtal Papier",
    places: "Germany|Germany|Austria|Switzerland",
    team: "DACH Sales",
  },
  {
    names:
      "Harrow & Finch|Brightmoor Foods|Saltmarsh Analytics|Fjordline Robotics|Oakhurst Rail|Thistle Biotech|Northgate Textiles|Vesterbro Audio|Lakeland Power|Copper Lane Media|Skagen Marine|Penrose Instruments|Whitby Aerospace|Solvik Timber",
    places: "United Kingdom|United Kingdom|Sweden|Denmark|Ireland",
    team: "UK & Nordics Sales",
  },
  {
    names:
      "Juniper Ridge Health|Blue Heron Freight|Cascade Metrics|Prairie Lantern|Granite Peak Tools|Silver Birch Foods|Redwood Harbor|Tidewater Insurance|Maple Forge|Copperfield Labs|Sundial Software|Great Basin Mining|Foxglove Retail|Hudson Gears|Lone Star Pumps|Orchard Street Studio|Pinecrest Schools|Bayside Biologics",
    places: "United States/CA|United States/NY|Canada/ON|United States/TX|United States/WA",
    team: "North America Sales",
  },
  {
    names:
      "Pacific Loom|Outback Solar|Jacaranda Foods|Monsoon Mobility|Sakura Precision|Baobab Payments|Andes Cargo|Lotus Path Clinics|Cedar Coast Hotels|Iberia Ceramics|Amber Route Freight|Kiwi Meadow Dairy",
    places: "Australia|Brazil|Japan|Spain|Poland|Singapore",
    team: "General Sales",
  },
];

/** Repeats over the companies of a region: what there is to find about each. */
const kinds: readonly CompanyKind[] = ["free", "owned", "free", "deal", "free", "customer", "free", "ghost"];
const sizes = [40, 2_400, 320, 90, 640, 5_200, 150, 410];

/** About sixty companies: some owned, some customers, some with an open deal, one competitor, two on one domain. */
export function companies(): Company[] {
  const list = regions.flatMap(({ names, places, team }, region) => {
    const reps = activeReps.filter(({ teams }) => teams.includes(team));
    return names.split("|").map((name, index): Company => {
      const [country = "", state = ""] = pick(places.split("|"), index).split("/");
      const kind = pick(kinds, index);
      const ownerId = kind === "ghost" ? formerRep.id : pick(reps, index).id;
      return {
        id: String(10_001 + region * 100 + index),
        name,
        domain: `${name.toLowerCase().replaceAll(/[^a-z]+/g, "-")}-demo.com`,
        country,
        state,
        employees: pick(sizes, index + region),
        kind,
        ownerId: kind === "free" ? null : ownerId,
      };
    });
  });
  const [first, second] = list.filter(({ kind }) => kind === "free");
  if (!first || !second) return list;
  const twin: Company = { ...first, id: "10901", name: `${first.name} Services`, kind: "twin", employees: 60 };
  return [
    ...list,
    twin,
    { ...second, id: "10902", name: "Rival Routing", domain: "rival-routing-demo.com", kind: "competitor" },
  ];
}

const dayMs = 86_400_000;

/** As it stands in the CRM. */
export const companyInCrm = (company: Company, startAt: number): DemoCompany => ({
  ...{ id: company.id, name: company.name, domain: company.domain, website: `https://www.${company.domain}` },
  ...{ otherDomains: "", country: company.country, state: company.state, employees: company.employees },
  ...{ ownerId: company.ownerId, isCustomer: company.kind === "customer", isCompetitor: company.kind === "competitor" },
  createdAt: startAt - 300 * dayMs,
});

/** A company with a deal has an open one, with somebody else of its team where there is one; customers have a won one. */
export function dealsOf(company: Company, index: number, startAt: number): DemoDeal[] {
  if (company.kind !== "deal" && company.kind !== "customer") return [];
  const team = activeReps.find(({ id }) => id === company.ownerId)?.teams[0] ?? "";
  const others = activeReps.filter(({ id, teams }) => teams.includes(team) && id !== company.ownerId);
  const isOpen = company.kind === "deal";
  const name = `${company.name}: ${isOpen ? "pilot cell" : "first line"}`;
  const ownerId = (isOpen ? others[0]?.id : null) ?? company.ownerId;
  return [
    { companyId: company.id, name, ownerId, isOpen, amount: 12_000 + 500 * index, createdAt: startAt - 20 * dayMs },
  ];
}

function pick<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}
