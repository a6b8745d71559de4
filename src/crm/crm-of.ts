import type { Crm } from "./crm.ts";

/** The CRM of a connection. Throws where this installation was not told how to reach it. */
export function crmOf(crms: Readonly<Record<string, Crm>>, name: string): Crm {
  const crm = crms[name];
  if (crm !== undefined) return crm;
  throw new Error(
    `An account of ${name} is linked, and this Baton has no settings for it: set the variables of that CRM, which the README lists, and start again.`,
  );
}
