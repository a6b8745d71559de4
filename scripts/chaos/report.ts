import { grantLost } from "./points.ts";
import type { RunResult } from "./run.ts";
import type { Incident, World } from "./world.ts";

/** A fault that never strikes proves nothing: from so many rounds on it fails the run. */
export const roundsToStrike = 20;

export const neverStruck = ({ struck, rounds }: RunResult): string[] =>
  rounds < roundsToStrike ? [] : Object.keys(struck).filter((name) => struck[name] === 0);

/** What a run did and found, as lines of text. */
export function describe(result: RunResult, { kind, incidents }: Pick<World, "kind" | "incidents">): string[] {
  const { seed, rounds, figures, struck, broken } = result;
  return [
    "",
    `${rounds} rounds on ${kind}, seed ${seed}: ${figures.qualified} qualifications, ${figures.acknowledged} events acknowledged, ${figures.decisions} decisions, ${figures.batchesReplayed} batches replayed, largest |credit| ${figures.mostCredit.toFixed(2)}, ${figures.redriven} parked events re-driven`,
    "",
    ...Object.entries(struck).map(([name, count]) => {
      const flight = inFlightAt(incidents.filter((incident) => incident.name === name));
      return `${String(count).padStart(6)} × ${name}${flight === "" ? "" : `   in flight: ${flight}`}`;
    }),
    ...grantsLost(incidents),
    ...neverStruck(result).map((name) => `NEVER STRUCK in ${rounds} rounds: ${name}`),
    "",
    ...(broken === null ? ["Every promise held."] : brokenLines(result)),
  ];
}

function grantsLost(incidents: readonly Incident[]): string[] {
  const count = incidents.filter(({ name }) => name === grantLost).length;
  return count === 0 ? [] : [`${String(count).padStart(6)} × ${grantLost}`];
}

/** Summed over all strikes of one kind: what was under way when they came. */
function inFlightAt(incidents: readonly Incident[]): string {
  const sums = new Map<string, number>();
  const add = (name: string, count: number) => sums.set(name, (sums.get(name) ?? 0) + count);
  for (const { inFlight } of incidents) {
    for (const [kind, count] of Object.entries(inFlight.calls)) add(kind, count);
    add("deliveries", inFlight.deliveries);
    add("events that wait", inFlight.events);
  }
  return [...sums]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function brokenLines({ broken, seed }: RunResult): string[] {
  if (broken === null) return [];
  const { round, violations, history } = broken;
  const [first] = violations;
  return [
    `BROKEN ${round === "end" ? "at the end" : `in round ${round}`}, seed ${seed}: ${violations.length} violations`,
    ...violations
      .slice(0, 10)
      .map(
        ({ promise, what, lead }) =>
          `  ${promise}${lead === null ? "" : ` lead ${lead.leadId} of portal ${lead.accountId}`}: ${what}`,
      ),
    "",
    `The history of the first (${first?.promise}):`,
    ...history.map((line) => `  ${line}`),
  ];
}
