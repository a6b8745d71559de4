import type { CrmName, Writing } from "./crm-bench.ts";
import type { Side } from "./measure.ts";
import type { Goal } from "./rounds.ts";

/** Streams that a CRM's writes go in where nothing else is said; null: there are none, and no bounds from them. */
const usualStreams: Readonly<Record<CrmName, number | null>> = { hubspot: null, salesforce: 4 };

/** Fewer leads fill no calls. */
const burstLeads = 5_000;

/** What a burst stands or falls with, where the CRM's own automation inside of the writes is the bound (performance.md §2c). */
export function goalsOfBurst(ours: Side, { crm, automationMs, ...given }: Writing & { crm: CrmName }): Goal[] {
  const streams = given.streams ?? usualStreams[crm];
  if (streams === null) return [];
  const { leads } = ours;
  const isLate = {
    name: "leads without an owner or with two tasks",
    value: ours.unassigned + ours.duplicates,
    atMost: 0,
  };
  const refused = { name: "calls refused by the limit", value: ours.refused, atMost: 0 };
  if (leads < burstLeads) return [isLate, refused];
  const inStreams = (leads * automationMs) / streams;
  const owners =
    automationMs === 0
      ? [{ name: "owner p50, ms", value: ours.ownerP50Ms, atMost: 3_000 }]
      : [
          { name: "owner p50, ms", value: ours.ownerP50Ms, atMost: Math.round((1.2 * inStreams) / 2) },
          { name: "owner p99, ms", value: ours.ownerP99Ms, atMost: Math.round(1.15 * inStreams) },
        ];
  return [{ name: "calls per lead", value: ours.callsPerLead, atMost: 0.016 }, ...owners, refused, isLate];
}

export function goalsOfTrickle(ours: Side, { crm }: { crm: CrmName }): Goal[] {
  if (usualStreams[crm] === null) return [];
  return [{ name: "owner p50, ms", value: ours.ownerP50Ms, atMost: 400 }];
}
