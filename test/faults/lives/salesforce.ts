import { createClock } from "../../../src/sandbox/create-clock.ts";
import { actIn, personIn } from "../../../src/sandbox/salesforce/control/acting.ts";
import { convertLead } from "../../../src/sandbox/salesforce/convert-lead.ts";
import { mergeRecords } from "../../../src/sandbox/salesforce/merge-records.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import type { SandboxOrg } from "../../../src/sandbox/salesforce/sandbox-org.ts";
import type { Row } from "../../../src/sandbox/salesforce/schema.ts";
import { startSalesforce } from "../../../src/sandbox/salesforce/server.ts";
import type { SalesforceRequest } from "../../../src/sandbox/salesforce/state.ts";
import {
  createRecord,
  deleteRecord,
  updateRecord,
  type Writing,
} from "../../../src/sandbox/salesforce/write-records.ts";
import { forOrg, installThroughBrowser } from "../../journeys/org-world.ts";
import { startOfTime } from "../../journeys/world.ts";
import { addOrg } from "./org.ts";
import { patientPolicy } from "./policy.ts";
import type { LifeCrm, Station } from "./world.ts";

/** An org of Salesforce. Of its own it has that leads are converted. */
export async function startSalesforceLife(): Promise<LifeCrm> {
  const clock = createClock({ startAt: startOfTime, speed: 1 });
  const salesforce = await startSalesforce({ clock });
  const { org, queueId, ownUserId, colleagueId } = addOrg(salesforce);
  // Its package is in the org before anybody connects the app.
  salesforce.install({ orgId: org.id, userId: ownUserId });
  const act = <T>(run: (writing: Writing) => T): T => actIn(org, personIn(org, colleagueId), run);
  const leads = tableOf(org, "Lead");
  const tasks = tableOf(org, "Task");
  const create = (name: string) =>
    act((writing) =>
      createRecord(writing, leads.object, {
        ...{ FirstName: "Jana", LastName: name, Email: `${name}@${name}.example`, Company: `${name} Ltd` },
        ...{ Country: "Germany", OwnerId: queueId },
      }),
    );
  const change = (id: string, values: Row) => act((writing) => updateRecord(writing, leads.object, id, values));

  return {
    clock,
    crms: {
      salesforce: {
        ...{ clientId: "baton", clientSecret: "secret", loginUrl: salesforce.url, pubSubUrl: salesforce.pubSubUrl },
        ...{ leadAccountField: null, holidayNames: [] },
      },
    },
    policyText: forOrg(patientPolicy),
    hasTold: watchFeed(org),
    calls: () => salesforce.requests.list().at(-1)?.id ?? 0,
    watch(run) {
      salesforce.requests.watch((request, moment) => {
        const text = JSON.stringify([request.query, request.body]);
        for (const what of stationsOf(request, text)) run({ what, moment, text });
      });
    },
    install: (url) => installThroughBrowser({ url }, { org, ownUserId }),
    create,
    qualify(name) {
      const id = create(name);
      change(id, { Status: "MQL" });
      return id;
    },
    strike(kind, leadId, otherId) {
      switch (kind) {
        case "merge":
          // Whoever merges chooses the values: this one wants the lead routed.
          act((writing) =>
            mergeRecords(writing, { object: "Lead", masterId: otherId, loserIds: [leadId], values: { Status: "MQL" } }),
          );
          return otherId;
        case "convert or restore":
          act((writing) => convertLead(writing, { ...asUsual, leadId, ownerId: colleagueId }));
          return null;
        case "delete":
          act((writing) => deleteRecord(writing, leads.object, leadId));
          return null;
        case "privacy deletion":
          act((writing) => deleteRecord(writing, leads.object, leadId));
          // And out of the recycle bin.
          leads.put(leadId, undefined);
          return null;
      }
    },
    makeGood: () => undefined,
    seen(leadId) {
      const lead = leads.get(leadId);
      if (lead === undefined || lead.IsDeleted === true) return null;
      const whoId = lead.IsConverted === true ? String(lead.ConvertedContactId) : leadId;
      const open = [...tasks.withValues("WhoId", [whoId])].filter(
        (row) => row.IsDeleted !== true && row.IsClosed !== true,
      );
      return {
        ownerId: String(lead.OwnerId).startsWith("005") ? String(lead.OwnerId) : null,
        qualifies: lead.Status === "MQL" && lead.IsConverted !== true,
        openTasks: open.map((row) => String(row.OwnerId)),
      };
    },
    writes(leadId) {
      const about = salesforce.requests
        .list()
        .map((request) =>
          stationsOf(request, JSON.stringify([request.query, request.body ?? ""])).filter(isWriteOf(request, leadId)),
        );
      const count = (what: Station["what"]) => about.flat().filter((each) => each === what).length;
      return { owner: count("owner"), task: count("task") };
    },
    async stop() {
      await salesforce.stop();
      clock.stop();
    },
  };
}

/** Sees what is to be delivered, and what was; the answer tells whether a cursor is behind the last of it. */
function watchFeed({ bus, channels, onCommit }: SandboxOrg): (cursor: unknown) => boolean {
  const { open, read, replayIdAt } = bus;
  // One event a change, so that they can be counted.
  bus.switches.merge = false;
  let isOpen = false;
  let left = 0;
  /** Every place behind the last event. */
  let behind = new Set<unknown>();
  onCommit.push((changes) => {
    const told = new Set(channels.flatMap(({ members }) => members.map(({ entityName }) => entityName)));
    left += changes.filter(({ entityName }) => told.has(entityName)).length;
  });
  bus.open = (...given) => {
    isOpen = true;
    return open(...given);
  };
  bus.read = (...given) => {
    const events = read(...given);
    left -= events.length;
    const [newest] = events.slice(-1);
    if (newest !== undefined) behind = new Set([newest.replayId.toString("base64")]);
    return events;
  };
  bus.replayIdAt = (reader) => {
    const place = replayIdAt(reader);
    behind.add(place.toString("base64"));
    return place;
  };
  return (cursor) => isOpen && left === 0 && (behind.size === 0 || behind.has(cursor));
}

const asUsual = {
  ...{ convertedStatus: "Closed - Converted", accountId: null, contactId: null, opportunityId: null },
  ...{ doNotCreateOpportunity: true, opportunityName: null, overwriteLeadSource: false },
};

/** What a call is to the leads in it; owner and task may be one call. */
function stationsOf({ method, path, body }: SalesforceRequest, text: string): Station["what"][] {
  if (path.endsWith("/composite") && text.includes("Lead%20WHERE%20Id%20IN")) return ["read"];
  if (path.endsWith("/composite/sobjects") && method === "PATCH") return ofRecords(body);
  if (!path.endsWith("/composite/graph")) return [];
  return [
    ...(text.includes("OwnerId") && text.includes("/sobjects/Lead/") ? (["owner"] as const) : []),
    ...(text.includes("/sobjects/Task") ? (["task"] as const) : []),
  ];
}

function ofRecords(body: unknown): Station["what"][] {
  const { records } = body as { records: readonly { attributes: { type: string }; OwnerId?: string }[] };
  return records.some(({ attributes, OwnerId }) => attributes.type === "Lead" && OwnerId !== undefined)
    ? ["owner"]
    : [];
}

const isWriteOf =
  ({ body }: SalesforceRequest, leadId: string) =>
  (what: Station["what"]): boolean =>
    what !== "read" && JSON.stringify(body ?? "").includes(leadId);
