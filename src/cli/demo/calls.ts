import type { Place } from "./places.ts";
import { type CallsByAct, callsOf } from "./summary.ts";

type Act = keyof CallsByAct;

/** Counts what each CRM is asked in each act, from now on. */
export function createCallCounter(places: readonly Place[]) {
  const counters = places.map(({ title, crm }) => ({
    title,
    crm,
    from: crm.lastRequest(),
    ranges: new Map<Act, Range>(),
  }));
  return {
    endAct(act: Act): void {
      for (const counter of counters) {
        const until = counter.crm.lastRequest();
        counter.ranges.set(act, { after: counter.from, until });
        counter.from = until;
      }
    },
    /** `title`: of the CRM. Calls per lead are told of the act in which leads are routed. */
    of(title: string, leads: number): CallsByAct {
      const counter = counters.find((one) => one.title === title);
      const count = (act: Act, perLeads: number) => {
        const range = counter?.ranges.get(act) ?? { after: 0, until: 0 };
        return callsOf(counter?.crm.countRequests(range) ?? { main: 0, search: null, refused: 0 }, perLeads);
      };
      return { routing: count("routing", leads), installAndSync: count("installAndSync", 0), sla: count("sla", 0) };
    },
  };
}

type Range = { after: number; until: number };
