import { stat } from "node:fs/promises";
import { readText, tableLimit } from "../../read-text.ts";
import { Refused } from "../../refused.ts";
import { demoStartAt } from "./clock.ts";
import { readWorld, type Takes } from "./list.ts";
import { makeWorld, type World } from "./world.ts";

type Choice = { seed: number; leads: number; accounts: string | null; leadsFile: string | null };

/** A world that is made up, or that of somebody's own tables, of what the CRM takes. Throws `Refused` for a table that cannot be read. */
export async function chooseWorld({ seed, leads, accounts, leadsFile }: Choice, takes: Takes): Promise<World> {
  const base = { seed, startAt: demoStartAt, takes };
  if (accounts === null && leadsFile === null) return makeWorld({ ...base, leads });
  if (leadsFile === null)
    throw new Refused("--accounts needs --leads-file: the leads that are to be matched with those companies.");
  const companies = accounts === null ? null : await readTable("--accounts", accounts);
  return readWorld({ accounts: companies, leads: await readTable("--leads-file", leadsFile) }, base);
}

async function readTable(option: string, file: string): Promise<{ file: string; text: string }> {
  if ((await stat(file)).isDirectory()) throw new Refused(`${option} ${file} is a directory, not a CSV file.`);
  return { file, text: await readText(file, tableLimit) };
}
