import type { Org } from "./org.ts";
import type { Row } from "./schema.ts";

type Child = { object: string; field: string };

/** What goes into the recycle bin with a record, and comes out of it again. Common knowledge of the platform, not documented here. */
const children: Readonly<Record<string, readonly Child[]>> = {
  Account: [
    { object: "Contact", field: "AccountId" },
    { object: "Opportunity", field: "AccountId" },
    { object: "AccountTeamMember", field: "AccountId" },
    { object: "Task", field: "WhatId" },
    { object: "Event", field: "WhatId" },
  ],
  Contact: [
    { object: "CampaignMember", field: "ContactId" },
    { object: "OpportunityContactRole", field: "ContactId" },
    { object: "Task", field: "WhoId" },
    { object: "Event", field: "WhoId" },
  ],
  Lead: [
    { object: "CampaignMember", field: "LeadId" },
    { object: "Task", field: "WhoId" },
    { object: "Event", field: "WhoId" },
  ],
  Opportunity: [
    { object: "OpportunityContactRole", field: "OpportunityId" },
    { object: "Task", field: "WhatId" },
    { object: "Event", field: "WhatId" },
  ],
  Campaign: [{ object: "CampaignMember", field: "CampaignId" }],
};

/** Records that hang on this one and share its fate, deleted ones too. What belongs to two goes with the company, not with the person. */
export function hangingOn(org: Org, object: string, id: string): { object: string; row: Row }[] {
  return (children[object] ?? []).flatMap((child) =>
    [...(org.tables.get(child.object)?.withValues(child.field, [id]) ?? [])]
      .filter(({ WhatId = null }) => child.field !== "WhoId" || WhatId === null)
      .map((row) => ({ object: child.object, row })),
  );
}
