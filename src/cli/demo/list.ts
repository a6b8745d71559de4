import { cleanText } from "../../engine/clean-text.ts";
import { normaliseEmployees } from "../../engine/normalise/employees.ts";
import { Refused } from "../../refused.ts";
import { createRandom } from "../../sandbox/create-random.ts";
import type { SeedRecord } from "../../sandbox/hubspot/seed.ts";
import { isEmailAddress } from "../../sandbox/hubspot/validate.ts";
import { type CsvRow, parseCsv } from "./csv.ts";
import { activeReps, type Person } from "./reps.ts";
import { seedOf, type World } from "./world.ts";

type Table = { file: string; text: string };

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
export function readWorld(
  tables: { accounts: Table | null; leads: Table | null },
  options: { seed: number; startAt: number },
): World {
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
  const { contacts, taken } = contactsOf(leads, options);
  return {
    seed: seedOf({ companies, deals, contacts }, options.startAt),
    leadIds: contacts.map(({ id }) => id),
    given: [],
    notes: [
      ...ownersNote(tables.accounts?.file ?? "", owners),
      ...oddNote(leads, {
        file: tables.leads?.file ?? "",
        column: "email",
        isOdd: (email) => email !== "" && !isEmailAddress(email),
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
      ...(taken === 0 ? [] : [takenNote(taken)]),
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
function dealOwners(accounts: readonly CsvRow[]): Map<string, Person> {
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

function ownersNote(file: string, owners: ReadonlyMap<string, Person>): string[] {
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

const takenNote = (taken: number): string =>
  `${taken === 1 ? "1 lead shares" : `${taken} leads share`} an e-mail address with another one, which HubSpot does not allow: a "+" makes theirs differ.`;

/** "Customer", "existing customer", "Client", but no former, lost or possible one. */
const isCustomer = (type: string): boolean =>
  /\b(customer|client)s?\b/i.test(type) &&
  !/\b(no|non|not|ex|former|past|lost|churned|inactive|prospective|potential|possible|target|future)\b/i.test(type);

type Place = { ownerOf: Owners; startAt: number };

function companyOf(cells: Cells, { id, ownerOf, startAt }: Place & { id: string }): SeedRecord {
  const ownerId = ownerOf(cells.owner_id);
  return {
    id,
    properties: filled({
      name: cells.name,
      domain: hostOf(cells.website ?? ""),
      website: cells.website,
      hs_additional_domains: cells.other_domains,
      country: cells.billing_country,
      state: cells.billing_state,
      hubspot_owner_id: ownerId ?? "",
      lifecyclestage: isCustomer(cells.type ?? "") ? "customer" : "",
    }),
    createdAt: startAt - 300 * dayMs,
    associations: [],
  };
}

function dealsOf(cells: Cells, { companyId, ownerOf, startAt }: Place & { companyId: string }): SeedRecord[] {
  const count = /^\d+$/.test(cells.open_opportunities?.trim() ?? "") ? Number(cells.open_opportunities) : 0;
  return Array.from({ length: count }, (_, index) => ({
    properties: filled({
      dealname: `${cells.name} ${index + 1}`,
      dealstage: "presentationscheduled",
      hubspot_owner_id: ownerOf(cells.owner_id) ?? "",
    }),
    createdAt: startAt - 20 * dayMs,
    associations: [{ to: "companies", id: companyId, primary: true }],
  }));
}

function contactsOf(
  leads: readonly CsvRow[],
  { seed, startAt }: { seed: number; startAt: number },
): { contacts: (SeedRecord & { id: string })[]; taken: number } {
  const random = createRandom(seed);
  const seen = new Set<string>();
  let taken = 0;
  const contacts = leads.map(({ cells }, index) => {
    const given = (cells.email ?? "").trim().toLowerCase();
    const email = isEmailAddress(given) ? given : "";
    const isTaken = seen.has(email) && email !== "";
    seen.add(email);
    if (isTaken) taken += 1;
    return {
      id: String(50_001 + index),
      properties: filled({
        email: isTaken ? email.replace("@", `+${cells.lead_id?.replace(/[^\w-]/g, "-")}@`) : email,
        lastname: cells.lead_id,
        company: cells.company,
        website: cells.website,
        country: cells.country,
        state: cells.state,
        city: cells.city,
        numemployees: cells.employees,
        hubspotscore: String(40 + Math.floor(random() * 55)),
        hs_analytics_last_timestamp: new Date(startAt - Math.floor(random() * 20 * dayMs)).toISOString(),
        recent_conversion_event_name: random() < 0.1 ? "Demo request" : "Guide: robot cells",
      }),
      createdAt: startAt - 2 * dayMs,
      associations: [],
    };
  });
  return { contacts, taken };
}

function filled(properties: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(properties).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function hostOf(website: string): string {
  return (website.replace(/^[a-z]+:\/\//i, "").split(/[/?#:]/, 1)[0] ?? "").replace(/^www\./i, "").toLowerCase();
}
