import { cleanText } from "../../engine/clean-text.ts";
import { normaliseEmployees } from "../../engine/normalise/employees.ts";
import { Refused } from "../../refused.ts";
import { createRandom } from "../../sandbox/create-random.ts";
import type { DemoKit } from "../../sandbox/demo-crm.ts";
import type { DemoCompany, DemoDeal, DemoLead, DemoPerson } from "../../sandbox/demo-world.ts";
import { type CsvRow, parseCsv } from "./csv.ts";
import { activeReps, people } from "./reps.ts";
import type { World } from "./world.ts";

type Table = { file: string; text: string };

/** What the CRM, or each of them, takes of people; `title`: what it is called. */
export type Takes = Pick<DemoKit, "isEmail" | "hasUniqueEmails"> & { title: string };
type Options = { seed: number; startAt: number; takes: Takes };

const accountColumns = [
  "account_id",
  "name",
  "website",
  "other_domains",
  "billing_country",
  "owner_id",
  "type",
  "open_opportunities",
];
const leadColumns = ["lead_id", "email", "company", "website", "country", "employees"];
const dayMs = 86_400_000;

/**
 * A world of somebody's own companies and leads. Owners are dealt to the demo's reps, scores are seeded; the notes say
 * so, and what in the tables makes no sense. Throws Refused with file and line for a table that cannot be read.
 */
export function readWorld(tables: { accounts: Table | null; leads: Table | null }, options: Options): World {
  const accounts =
    tables.accounts === null
      ? []
      : parseCsv(tables.accounts.text, { file: tables.accounts.file, columns: accountColumns });
  const leads =
    tables.leads === null ? [] : parseCsv(tables.leads.text, { file: tables.leads.file, columns: leadColumns });
  if (leads.length === 0) throw new Refused(`${tables.leads?.file ?? "The list"} has no leads below its header.`);
  requireUnique(accounts, { file: tables.accounts?.file ?? "", column: "account_id" });
  requireUnique(leads, { file: tables.leads?.file ?? "", column: "lead_id" });
  const owners = dealOwners(accounts);
  const ownerOf: Owners = (ownerId) => owners.get(ownerId?.trim() ?? "")?.id ?? null;
  const idByAccount = new Map(accounts.map(({ cells }, index) => [cells.account_id, String(10_001 + index)]));
  const companies = accounts.map(({ cells }) =>
    companyOf(cells, { id: idByAccount.get(cells.account_id) ?? "", ownerOf, ...options }),
  );
  const deals = accounts.flatMap(({ cells }) =>
    dealsOf(cells, { companyId: idByAccount.get(cells.account_id) ?? "", ownerOf, ...options }),
  );
  const { contacts, taken } = leadsOf(leads, options);
  return {
    ...{ people, companies, deals, leads: contacts },
    notes: [
      ...ownersNote(tables.accounts?.file ?? "", owners),
      ...oddNote(leads, {
        file: tables.leads?.file ?? "",
        column: "email",
        isOdd: (email) => email !== "" && !options.takes.isEmail(email),
        means: "is no e-mail address; the lead is made without it",
      }),
      ...oddNote(leads, {
        file: tables.leads?.file ?? "",
        column: "employees",
        isOdd: isOddSize,
        means: "is no number; it counts as unknown",
      }),
      ...oddNote(accounts, {
        file: tables.accounts?.file ?? "",
        column: "open_opportunities",
        isOdd: (count) => !/^\d*$/.test(count),
        means: "is no number; it counts as none",
      }),
      ...(taken === 0 ? [] : [takenNote(taken, options.takes.title)]),
    ],
    nextLead: () => {
      throw new Error("A list has no more leads than it has.");
    },
  };
}

type Cells = CsvRow["cells"];
type Owners = (ownerId: string | undefined) => string | null;

/** Throws Refused with both lines when an id stands twice. */
function requireUnique(rows: readonly CsvRow[], { file, column }: { file: string; column: string }): void {
  const seen = new Map<string, number>();
  for (const { line, cells } of rows) {
    const id = cells[column] ?? "";
    const earlier = seen.get(id);
    if (id !== "" && earlier !== undefined)
      throw new Refused(
        `${file}:${line}: ${column} ${cleanText(id)} stands in line ${earlier} already: give each row an id of its own.`,
      );
    seen.set(id, line);
  }
}

/** The owners of the list in order, dealt to the reps one after the other: the same list gives the same owners. */
function dealOwners(accounts: readonly CsvRow[]): Map<string, DemoPerson> {
  const known = [...new Set(accounts.map(({ cells }) => cells.owner_id?.trim() ?? ""))]
    .filter((id) => id !== "")
    .sort();
  return new Map(
    known.flatMap((id, index) => {
      const rep = activeReps[index % activeReps.length];
      return rep === undefined ? [] : [[id, rep] as const];
    }),
  );
}

const shownOwners = 6;

function ownersNote(file: string, owners: ReadonlyMap<string, DemoPerson>): string[] {
  if (owners.size === 0) return [];
  const shown = [...owners]
    .slice(0, shownOwners)
    .map(([id, rep]) => `${cleanText(id)} is ${rep.firstName} ${rep.lastName}`);
  const rest = owners.size > shownOwners ? ", and so on in their order" : "";
  return [`The demo's reps stand in for the owners of ${file}: ${shown.join(", ")}${rest}.`];
}

/** As Baton reads the field in life: what it does not understand is unknown, and the lead goes on. */
const isOddSize = (employees: string): boolean => normaliseEmployees(employees).mark === "employees-not-understood";

type Oddity = { file: string; column: string; isOdd: (cell: string) => boolean; means: string };

function oddNote(rows: readonly CsvRow[], { file, column, isOdd, means }: Oddity): string[] {
  const [first, ...others] = rows.filter(({ cells }) => isOdd(cells[column]?.trim() ?? ""));
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : ` ${others.length} more like it; the next is in line ${others[0]?.line}.`;
  return [`${file}:${first.line}: ${column} "${cleanText(first.cells[column] ?? "")}" ${means}.${more}`];
}

const takenNote = (taken: number, title: string): string =>
  `${taken === 1 ? "1 lead shares" : `${taken} leads share`} an e-mail address with another one, which ${title} does not allow: a "+" makes theirs differ.`;

/** "Customer", "existing customer", "Client", but no former, lost or possible one. */
const isCustomer = (type: string): boolean =>
  /\b(customer|client)s?\b/i.test(type) &&
  !/\b(no|non|not|ex|former|past|lost|churned|inactive|prospective|potential|possible|target|future)\b/i.test(type);

type Place = { ownerOf: Owners; startAt: number };

function companyOf(cells: Cells, { id, ownerOf, startAt }: Place & { id: string }): DemoCompany {
  return {
    ...{ id, name: cells.name ?? "", domain: hostOf(cells.website ?? ""), website: cells.website ?? "" },
    ...{ otherDomains: cells.other_domains ?? "", country: cells.billing_country ?? "" },
    ...{ state: cells.billing_state ?? "", employees: null, ownerId: ownerOf(cells.owner_id) },
    ...{ isCustomer: isCustomer(cells.type ?? ""), isCompetitor: false, createdAt: startAt - 300 * dayMs },
  };
}

function dealsOf(cells: Cells, { companyId, ownerOf, startAt }: Place & { companyId: string }): DemoDeal[] {
  const count = /^\d+$/.test(cells.open_opportunities?.trim() ?? "") ? Number(cells.open_opportunities) : 0;
  return Array.from({ length: count }, (_, index) => ({
    ...{ companyId, name: `${cells.name} ${index + 1}`, ownerId: ownerOf(cells.owner_id) },
    ...{ isOpen: true, amount: null, createdAt: startAt - 20 * dayMs },
  }));
}

function leadsOf(rows: readonly CsvRow[], { seed, startAt, takes }: Options): { contacts: DemoLead[]; taken: number } {
  const random = createRandom(seed);
  const seen = new Set<string>();
  let taken = 0;
  const contacts = rows.map(({ cells }, index): DemoLead => {
    const given = (cells.email ?? "").trim().toLowerCase();
    const email = takes.isEmail(given) ? given : "";
    const isTaken = takes.hasUniqueEmails && seen.has(email) && email !== "";
    seen.add(email);
    if (isTaken) taken += 1;
    const tag = cells.lead_id?.replace(/[^\w-]/g, "-");
    return {
      ...{ id: String(50_001 + index), firstName: "", lastName: cells.lead_id ?? "", jobTitle: "" },
      email: isTaken ? email.replace("@", `+${tag}@`) : email,
      ...{ company: cells.company ?? "", website: cells.website ?? "", country: cells.country ?? "" },
      ...{ state: cells.state ?? "", city: cells.city ?? "", employees: cells.employees ?? "" },
      score: 40 + Math.floor(random() * 55),
      seenAt: startAt - Math.floor(random() * 20 * dayMs),
      conversion: random() < 0.1 ? "Demo request" : "Guide: robot cells",
      ...{ conversionAt: null, source: null, pageViews: null, mayBeRouted: true },
      ...{ ownerId: null, givenTo: null, companyId: null, createdAt: startAt - 2 * dayMs },
    };
  });
  return { contacts, taken };
}

function hostOf(website: string): string {
  return (website.replace(/^[a-z]+:\/\//i, "").split(/[/?#:]/, 1)[0] ?? "").replace(/^www\./i, "").toLowerCase();
}
