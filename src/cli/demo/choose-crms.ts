import { Refused } from "../../refused.ts";
import { localCrms } from "../../sandbox/index.ts";
import type { Takes } from "./list.ts";
import type { Chosen } from "./places.ts";

/** What `--crm` takes beside the name of a CRM: all of them, in one workspace. */
export const bothCrms = "both";

export const crmChoices: readonly [string, ...string[]] = [
  localCrms[0].name,
  ...localCrms.slice(1).map(({ name }) => name),
  bothCrms,
];

/** Loads the CRMs that are meant; null: the first. Throws Refused for a name that none has. */
export async function chooseCrms(wanted: string | null): Promise<readonly [Chosen, ...Chosen[]]> {
  const name = wanted ?? localCrms[0].name;
  const meant = localCrms.filter((crm) => name === bothCrms || crm.name === name);
  const [first, ...others] = await Promise.all(
    meant.map(async (crm): Promise<Chosen> => ({ name: crm.name, title: crm.title, kit: await crm.loadDemo() })),
  );
  if (first === undefined) throw new Refused(`There is no local CRM ${name}: say one of ${crmChoices.join(", ")}.`);
  return [first, ...others];
}

/** What each of them takes of people. */
export const takenBy = (crms: readonly Chosen[]): Takes => ({
  isEmail: (text) => crms.every(({ kit }) => kit.isEmail(text)),
  hasUniqueEmails: crms.some(({ kit }) => kit.hasUniqueEmails),
  title: crms.flatMap(({ kit, title }) => (kit.hasUniqueEmails ? [title] : [])).join(" and "),
});
