import type { Deps } from "../deps.ts";
import type { SettledMatch } from "../engine/match/settle-match.ts";
import type { Opportunity } from "../model/account.ts";
import { type LeadAccounts, matchLeads, type Reading, type Wanted } from "./lead-accounts.ts";
import type { Qualified, Workspace } from "./workspace.ts";

type Matching = Omit<Parameters<typeof matchLeads>[2], "leads" | "isActive" | keyof Wanted> &
  Omit<Wanted, "leads"> & { qualified: readonly Qualified[] };

/**
 * The account of each lead. Of several CRMs, the accounts of the one whose records count are looked through first, and only
 * for a lead that belongs to none of them those of the other: its account brings its owner along, who is a person of both
 * (capability 148). Throws CrmError.
 */
export async function matchInCrms(
  deps: Deps,
  { links }: Partial<Pick<Workspace, "links">>,
  link: Reading,
  { qualified, ...wanted }: Matching,
): Promise<LeadAccounts> {
  const active = new Set(link.roster.reps.filter((rep) => rep.active).map(({ id }) => id));
  const isActive = (personId: string): boolean => active.has(personId);
  const matches = new Map<string, SettledMatch>();
  const opportunities = new Map<string, readonly Opportunity[]>();
  for (const place of placesFor(link, links)) {
    const open = qualified.filter(({ lead }) => (matches.get(lead.id)?.match ?? null) === null);
    if (open.length === 0) break;
    const leads = open.map((one) => ({ ...one.lead, accountId: accountIn(place, link, one) }));
    const found = await matchLeads(deps, place, { ...wanted, leads, isActive });
    for (const [id, deals] of found.opportunities) opportunities.set(id, deals);
    for (const [leadId, settled] of found.matches) {
      const isOwn = place.connection.id === link.connection.id;
      if (isOwn) matches.set(leadId, settled);
      // What a reviewer is asked is asked of the lead's own CRM.
      else if (settled.match !== null)
        matches.set(leadId, { ...settled, match: { ...settled.match, crm: place.connection.crm } });
    }
  }
  return { matches, opportunities };
}

/** The authority first, then the lead's own. */
function placesFor(link: Reading, links: Workspace["links"] | undefined): readonly Reading[] {
  if (link.people === null || links === undefined) return [link];
  const { authorityId } = link.people;
  const others = [...links.values()].filter(({ connection }) => connection.id !== link.connection.id);
  const isFirst = ({ connection }: Reading): boolean => connection.id === authorityId;
  return [link, ...others].sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
}

/** Which account that CRM names as the person's own. */
function accountIn(place: Reading, link: Reading, { lead, twin }: Qualified): string | null {
  if (place.connection.id === link.connection.id) return lead.accountId;
  return twin?.link.connection.id === place.connection.id ? twin.lead.accountId : null;
}
