import { createRandom } from "../../src/sandbox/create-random.ts";
import type { Seed, SeedRecord } from "../../src/sandbox/hubspot/seed.ts";

export const teams = ["DACH Sales", "UK & Nordics Sales", "North America Sales", "General Sales"];
export const countries = ["Germany", "United Kingdom", "United States", "Brazil"];
export const repsPerTeam = 5;
export const companyCount = 2_000;
const hourMs = 3_600_000;

export const repIds: readonly string[] = teams.flatMap((_, team) =>
  Array.from({ length: repsPerTeam }, (_, rep) => String(7000 + 100 * team + rep)),
);
export const leadIdOf = (index: number): string => String(500_001 + index);

/**
 * A portal before an event's leads turn MQL: 20 reps, 2,000 companies of which every fifth has an owner, and contacts
 * that nobody has owned yet, nine of ten at a company, one of ten hot. The same seed gives the same portal.
 */
export function benchSeed({ seed, leads, now }: { seed: number; leads: number; now: number }): Seed {
  const random = createRandom(seed);
  return {
    teams: teams.map((name, index) => ({ id: String(31 + index), name })),
    owners: repIds.map((id, index) => ({
      id,
      userId: 40_000 + Number(id),
      email: `rep${id}@bench-demo.com`,
      firstName: "Rep",
      lastName: id,
      teams: [{ id: String(31 + Math.floor(index / repsPerTeam)) }],
    })),
    lifecycleStages: [],
    pipelines: [],
    groups: [],
    properties: [],
    records: {
      companies: Array.from({ length: companyCount }, (_, index) => companyOf(index, now)),
      contacts: Array.from({ length: leads }, (_, index) => contactOf(index, { random, now })),
    },
  };
}

function companyOf(index: number, now: number): SeedRecord {
  const ownerId = index % 5 === 0 ? repIds[index % repIds.length] : undefined;
  return {
    id: String(100_001 + index),
    properties: {
      name: `Company ${index}`,
      domain: `company-${index}-demo.com`,
      country: countries[index % countries.length] ?? "",
      numberofemployees: String(20 + ((index * 37) % 3000)),
      ...(ownerId === undefined ? {} : { hubspot_owner_id: ownerId }),
    },
    createdAt: now - 300 * 24 * hourMs,
    associations: [],
  };
}

function contactOf(index: number, { random, now }: { random: () => number; now: number }): SeedRecord {
  const company = Math.floor(random() * companyCount);
  const domain = random() < 0.9 ? `company-${company}-demo.com` : "gmail.com";
  const isHot = random() < 0.1;
  return {
    id: leadIdOf(index),
    properties: {
      email: `lead.${index}@${domain}`,
      firstname: "Lead",
      lastname: String(index),
      country: countries[company % countries.length] ?? "",
      hubspotscore: String(Math.round(isHot ? 85 : 45 + random() * 30)),
      hs_analytics_last_timestamp: new Date(now - hourMs).toISOString(),
      recent_conversion_event_name: "Guide: robot cells",
    },
    createdAt: now - 24 * hourMs,
    associations: [],
  };
}
