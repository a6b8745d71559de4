import type { LeadField, OwnerChange } from "../../model/lead.ts";
import type { Doubt, PastLead, WorkState } from "../../model/past.ts";
import type { PastFields, PastWanted, Pay } from "../crm.ts";
import { instant, text } from "../values.ts";
import { authorOf, authorPaths } from "./authors.ts";
import { campaignsAnswered, givenBy, isOfCampaigns, type Response, responsesOf } from "./campaigns.ts";
import type { Context } from "./context.ts";
import { presentFields, presentObjects } from "./describe.ts";
import { leadFieldNames, sourcesOf, toLead } from "./fields.ts";
import { queryTogether, type Row } from "./query.ts";
import { realIds } from "./read.ts";
import { names, soql } from "./soql.ts";

/** See CrmClient. One call. The account is the one that the lead belongs to today. */
export async function readPastLeads(
  context: Context,
  { wanted, fields }: { wanted: readonly PastWanted[]; fields: PastFields },
  pay: Pay,
): Promise<readonly PastLead[]> {
  const ids = realIds(wanted.map(({ leadId }) => leadId));
  if (ids.length === 0) {
    pay.permit?.release();
    return [];
  }
  const { fields: present, turn: next } = await presentFields(context, "Lead", {
    wanted: [...leadFieldNames(fields.crm), "LastModifiedDate"],
    pay,
  });
  const { there, turn } = await presentObjects(context, ["LeadHistory", "CampaignMember"], next);
  const author = names(authorPaths("CreatedBy"));
  const [leads = [], history = [], members = []] = await queryTogether(
    context,
    [
      soql`SELECT ${names(present)}, ${author} FROM Lead WHERE Id IN ${ids}`,
      there.has("LeadHistory")
        ? soql`SELECT LeadId, Field, OldValue, NewValue, CreatedDate, ${author} FROM LeadHistory WHERE LeadId IN ${ids} ORDER BY CreatedDate DESC, Id DESC`
        : null,
      there.has("CampaignMember") ? campaignsAnswered(ids) : null,
    ],
    turn,
  );
  const responses = responsesOf(members);
  const ownUserId = leads.length === 0 ? "" : await context.ownUserId();
  const changes = Map.groupBy(history, (row) => text(row, "LeadId"));
  const moments = new Map(wanted.map(({ leadId, at }) => [leadId, at]));
  return leads.map((row) => {
    const id = text(row, "Id") ?? "";
    const at = moments.get(id) ?? "";
    const { qualifyingStage: stage } = context;
    const answered = givenBy(responses.get(id) ?? [], at);
    return toPastLead(row, changes.get(id) ?? [], {
      ...{ at, stage, fields, present: new Set(present), ownUserId, responses: answered },
    });
  });
}

type Moment = {
  at: string;
  stage: string;
  fields: PastFields;
  present: ReadonlySet<string>;
  ownUserId: string;
  responses: readonly Response[];
};

function toPastLead(row: Row, history: readonly Row[], moment: Moment): PastLead {
  const { at, stage, fields, responses } = moment;
  const { then, doubts } = asOf(row, history, moment);
  const read = toLead(then, { stage, crmFields: fields.crm, accountField: null, statusAt: at, responses });
  const owners = ownersOf(row, history, moment.ownUserId);
  const before = owners.filter(
    (change) => change.at <= at && (change.by === "person" || change.at < aMinuteBefore(at)),
  );
  return {
    lead: { ...read, ownerId: before[0]?.ownerId ?? null, qualifiedAt: at, fields: { ...read.fields, stage } },
    before,
    after: owners.filter((change) => !before.includes(change)),
    work: workSince(history, moment),
    doubts,
    isMerged: history.some((change) => text(change, "Field") === "leadMerged"),
  };
}

/** Who sets owner and status in one go may do so in either order: an owner whom software gave just before is what routing did. */
const aMinuteBefore = (at: string): string => new Date(Date.parse(at) - 60_000).toISOString();

/**
 * The row as it was: what a field was before its first change after the moment. An org tracks twenty fields at most, and does
 * not say which (salesforce.md §4.6): what has no history in a lead that was changed since may have been another.
 */
function asOf(row: Row, history: readonly Row[], { at, fields, present }: Moment): { then: Row; doubts: Doubt[] } {
  const then: Record<string, unknown> = { ...row };
  const doubts = new Map<string, Doubt>();
  const isUntouched = (instant(row, "LastModifiedDate") ?? "") <= at;
  const named = (name: string) => history.filter((change) => text(change, "Field") === name);
  const tell = (field: string, name: string) => {
    const changes = named(name);
    const next = changes.filter((change) => (instant(change, "CreatedDate") ?? "") > at).at(-1);
    if (next !== undefined) then[name] = next.OldValue;
    const isOpen = changes.length === 0 && !isUntouched && text(row, name) !== null;
    if (isOpen && !doubts.has(field)) doubts.set(field, { field, because: "no-history" });
  };
  for (const field of fields.lead) if (!isWork(field)) for (const name of sourcesOf(field)) tell(field, name);
  for (const name of fields.crm.filter((each) => !isOfCampaigns(each))) {
    if (present.has(name)) tell(`crm.${name}`, name);
    else doubts.set(`crm.${name}`, { field: `crm.${name}`, because: "not-there" });
  }
  return { then, doubts: [...doubts.values()] };
}

/** Stage and status are told by what the lead was found by. */
const isWork = (field: LeadField): boolean => field === "stage" || field === "status";

/** Newest first; the one who had it first since its creation. */
function ownersOf(row: Row, history: readonly Row[], ownUserId: string): OwnerChange[] {
  const isUser = (id: string | null) => id?.startsWith("005") === true;
  const rows = history.filter(
    (change) => text(change, "Field") === "Owner" && /^00[5G]\w{15}$/.test(text(change, "NewValue") ?? ""),
  );
  const changes = rows.map((change): OwnerChange => {
    const to = text(change, "NewValue");
    const at = instant(change, "CreatedDate") ?? "";
    return { ownerId: isUser(to) ? to : null, at, by: authorOf(change.CreatedBy, ownUserId) };
  });
  const first = rows.length === 0 ? text(row, "OwnerId") : text(rows.at(-1) ?? {}, "OldValue");
  const by = authorOf(row.CreatedBy, ownUserId);
  return [...changes, { ownerId: isUser(first) ? first : null, at: instant(row, "CreatedDate") ?? "", by }];
}

function workSince(history: readonly Row[], { at, stage }: Moment): WorkState[] {
  const later = history.flatMap((change): WorkState[] => {
    const changedAt = instant(change, "CreatedDate") ?? "";
    if (text(change, "Field") !== "Status" || changedAt <= at) return [];
    const status = text(change, "NewValue");
    return [{ at: changedAt, stage: status, status }];
  });
  return [{ at, stage, status: null }, ...later.reverse()];
}
