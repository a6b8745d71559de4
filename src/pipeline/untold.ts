import type { Doubt } from "../model/past.ts";

/** Something that the CRM does not tell of the past. `leads`: how many it is about; null: all of them. */
export type Untold = { what: string; leads: number | null; text: string };

export type UntoldList = {
  /** Of one lead; a field is counted once. */
  note(doubts: readonly Doubt[]): void;
  count(what: keyof typeof counted, leads?: number): void;
  list(): Untold[];
};

/** What is told besides fields; what is about no lead is not told. */
const counted = {
  "account-as-today": "Account: the one that the lead belongs to today, for the CRM keeps no history of that",
  merged: "Merged with others since: their past is that of all of them",
  "left-rep":
    "Owner: somebody who has left since, and is taken to have been there until the last lead that they own still",
  gone: "Gone before it could be read",
} as const;

const fieldTexts: Readonly<Record<Doubt["because"], (field: string) => string>> = {
  "no-history": (field) => `${field}: as it is today, for the CRM keeps no history of it`,
  "history-cut": (field) => `${field}: the oldest that the CRM tells, for what it was before is cut off`,
  "not-there": (field) => `${field}: the CRM has no such field; check its name in the policy`,
};

/** Counts what could not be rebuilt, to be told in the order of how many leads it is about. */
export function createUntold(): UntoldList {
  const found = new Map<string, Untold & { leads: number }>();
  const add = (what: string, text: string, leads: number): void => {
    const known = found.get(what) ?? { what, leads: 0, text };
    found.set(what, { ...known, leads: known.leads + leads });
  };
  return {
    note(doubts) {
      const once = new Map(doubts.map((doubt) => [`${doubt.because} ${doubt.field}`, doubt]));
      for (const [what, { field, because }] of once) add(what, fieldTexts[because](field), 1);
    },
    count: (what, leads = 1) => {
      if (leads > 0) add(what, counted[what], leads);
    },
    list: () => [...found.values()].sort((a, b) => b.leads - a.leads),
  };
}

export const untoldLine = ({ leads, text }: Untold): string =>
  leads === null ? text : `${text} (${leads.toLocaleString("en")} ${leads === 1 ? "lead" : "leads"}).`;
