import type { Crm } from "./crm.ts";
import { crmProducts } from "./index.ts";

/** The CRMs that this installation speaks, by name. `settings`: of those that are set up, as their variables were read. */
export async function createCrms(
  settings: Readonly<Record<string, object>>,
  publicUrl: string,
): Promise<Readonly<Record<string, Crm>>> {
  const crms: Record<string, Crm> = {};
  for (const { name, open } of crmProducts) {
    const own = settings[name];
    if (own !== undefined) crms[name] = await open({ ...own, publicUrl });
  }
  return crms;
}
