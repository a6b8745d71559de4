import { existsSync } from "node:fs";
import { join } from "node:path";
import { accountColumns, labelledColumns, toAccountEntry, toLeadEntry } from "../../src/cli/match/columns.ts";
import { readTable } from "../../src/cli/match/read-table.ts";
import companyWords from "../../src/data/company-words.json" with { type: "json" };
import type { AccountEntry } from "../../src/engine/match/entries.ts";
import type { LabelledLead } from "../../src/engine/match/learn.ts";
import { countryCodes } from "../../src/engine/normalise/country.ts";
import { createRandom } from "../../src/sandbox/create-random.ts";
import { createMatchWorld } from "./match-world.ts";

/** Accounts and labelled leads that all sides are judged by, and in which the large bases find their example. */
export type MatchData = { accounts: readonly AccountEntry[]; leads: readonly LabelledLead[]; from: string };

const generated = { examples: 3_000, accounts: 10_000, leads: 2_000 };

/** The tables `accounts.csv` and `leads.csv` of a folder, as `match train` reads them; null: all is made from the seed. */
export async function readMatchData(folder: string | null, seed: number): Promise<MatchData> {
  if (folder === null) return generatedData(seed);
  const accounts: AccountEntry[] = [];
  for await (const { cells } of readTable(fileIn(folder, "accounts.csv"), {
    columns: accountColumns,
    onBad,
    onProgress,
  }))
    accounts.push(toAccountEntry(cells));
  const leads: LabelledLead[] = [];
  for await (const { cells } of readTable(fileIn(folder, "leads.csv"), { columns: labelledColumns, onBad, onProgress }))
    leads.push({
      id: cells.lead_id ?? "",
      slice: cells.slice ?? "",
      accountId: cells.true_account_id || null,
      lead: toLeadEntry(cells),
    });
  return { accounts, leads, from: folder };
}

function fileIn(folder: string, name: string): string {
  const file = join(folder, name);
  if (!existsSync(file)) throw new Error(`${file} is missing: --data names a folder with accounts.csv and leads.csv.`);
  return file;
}

const onProgress = (): void => undefined;

function onBad(problem: string): never {
  throw new Error(problem);
}

function generatedData(seed: number): MatchData {
  const world = createMatchWorld(examples(seed), seed);
  const accounts = Array.from({ length: generated.accounts }, (_, at) => world.accountAt(at));
  const leads = Array.from({ length: generated.leads }, (_, at) => {
    const { lead, accountId, kind } = world.leadAt(at, accounts.length);
    return { id: String(at), slice: kind, accountId, lead };
  });
  return { accounts, leads, from: "generated" };
}

const forms = ["Ltd", "GmbH", "Inc.", "S.A.", "Co., Ltd.", "AG", "LLC", "B.V."];
const endings = ["com", "com", "com", "de", "co.uk", "org", "fr", "io", "com.cn"];

/** Accounts made by a law of our own: the n-th commonest word, country and city comes 1/n as often as the first (Zipf). */
function examples(seed: number): AccountEntry[] {
  const random = createRandom(seed);
  const byRank = <T>(of: readonly T[]): T => of[Math.floor(of.length ** random()) - 1] as T;
  const common = [companyWords.telling, companyWords.weak].flatMap((groups) => Object.keys(groups));
  const countries = countryCodes.toSorted((a, b) => (a < b ? 1 : -1));
  const letters = "aeiourstlnmdcpkbgv";
  const rare = (): string => {
    const length = 4 + Math.floor(random() * 7);
    const word = Array.from({ length }, (_, at) => letters[Math.floor(random() * (at % 2 === 0 ? 18 : 5))]).join("");
    return word[0]?.toUpperCase() + word.slice(1);
  };
  const rares = Array.from({ length: 2_000 }, rare);
  const cities = Array.from({ length: 800 }, rare);
  return Array.from({ length: generated.examples }, (_, at) => {
    const words = [byRank(rares), ...(random() < 0.5 ? [byRank(rares)] : []), byRank(common)];
    const label = words
      .slice(0, random() < 0.5 ? 1 : words.length)
      .join("")
      .toLowerCase();
    return {
      id: String(at),
      name: `${words.join(" ")} ${random() < 0.7 ? byRank(forms) : ""}`.trim(),
      otherNames: random() < 0.15 ? [`${byRank(rares)} ${byRank(common)}`] : [],
      website: random() < 0.9 ? `https://www.${label}${at}.${byRank(endings)}/` : null,
      otherDomains: [],
      phone: random() < 0.3 ? `+49 89 ${Math.floor(1_000_000 + random() * 8_999_999)}` : null,
      country: byRank(countries),
      state: null,
      city: byRank(cities),
      postalCode: random() < 0.5 ? String(Math.floor(10_000 + random() * 89_999)) : null,
      parentId: random() < 0.03 ? "0" : null,
    };
  });
}
