import grpc from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Connection } from "jsforce";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { tableOf } from "../../../src/sandbox/salesforce/org.ts";
import { until } from "../hubspot/world.ts";
import { type LoginWorld, startLoginWorld } from "./login-world.ts";
import { connectClient } from "./pubsub-client.ts";

let world: LoginWorld;
let leadId: string;
beforeEach(async () => {
  world = await startLoginWorld();
  const names = { LastName: "Berg", Company: "Acme", Status: "MQL", OwnerId: world.reps[0] };
  leadId = putRow(world.org, "Lead", names);
});
afterEach(() => world.stop());

const asked = () => ({
  ...{ leadId, convertedStatus: "Closed - Converted", doNotCreateOpportunity: true },
  ...{ overwriteLeadSource: false, sendNotificationEmail: false },
});
const convert = () => world.conn.soap.convertLead(asked());
const isConverted = () => tableOf(world.org, "Lead").get(leadId)?.IsConverted;

/** Posts a document as it is. */
async function post(document: string, { contentType = "text/xml", version = "66.0" } = {}) {
  const reply = await fetch(`${world.salesforce.url}/services/Soap/u/${version}`, {
    ...{ method: "POST", body: document, headers: { "Content-Type": contentType, SOAPAction: '""' } },
  });
  const text = await reply.text();
  const [, code, words] = /<faultcode>(.*?)<\/faultcode><faultstring>(.*?)<\/faultstring>/.exec(text) ?? [];
  return { status: reply.status, contentType: reply.headers.get("content-type"), text, code, words };
}

function envelope(body: string, header = ""): string {
  const session = `<urn:SessionHeader><urn:sessionId>${world.conn.accessToken}</urn:sessionId></urn:SessionHeader>`;
  return `<?xml version="1.0"?>
<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/" xmlns:urn="urn:partner.soap.sforce.com">
  <env:Header>${session}${header}</env:Header>
  <env:Body>${body}</env:Body>
</env:Envelope>`;
}
const conversion = (more = "") =>
  `<urn:convertLead><urn:leadConverts><urn:leadId>${leadId}</urn:leadId><urn:convertedStatus>Closed - Converted</urn:convertedStatus><urn:doNotCreateOpportunity>true</urn:doNotCreateOpportunity>${more}</urn:leadConverts></urn:convertLead>`;

const merging = (master: string, loser: string, fields: string) =>
  `<urn:merge><urn:mergeRequests><urn:masterRecord><urn:type>Lead</urn:type><urn:Id>${master}</urn:Id>${fields}</urn:masterRecord><urn:recordToMergeIds>${loser}</urn:recordToMergeIds></urn:mergeRequests></urn:merge>`;

describe("a session", () => {
  test("§8.3 that is over is told as HTTP 500, fault sf:INVALID_SESSION_ID", async () => {
    world.salesforce.sessions.end(() => true);
    const reply = await post(envelope(conversion()));

    expect(reply).toMatchObject({ status: 500, code: "sf:INVALID_SESSION_ID", contentType: "text/xml; charset=utf-8" });
    expect(reply.words).toMatch(/^INVALID_SESSION_ID: /);
    expect(reply.text).toContain("<sf:exceptionCode>INVALID_SESSION_ID</sf:exceptionCode>");
    expect(isConverted()).toBe(false);
  });

  test("§8.3 in the Authorization header counts for nothing", async () => {
    const reply = await fetch(`${world.salesforce.url}/services/Soap/u/66.0`, {
      ...{ method: "POST", body: envelope(conversion()).replace(/<urn:SessionHeader>.*<\/urn:SessionHeader>/, "") },
      headers: { "Content-Type": "text/xml", Authorization: `Bearer ${world.conn.accessToken}` },
    });

    expect([reply.status, await reply.text()]).toEqual([500, expect.stringContaining("sf:INVALID_SESSION_ID")]);
  });

  test("§2.4 makes jsforce refresh by itself, and call again", async () => {
    const { accessToken, refreshToken } = world.salesforce.install({ orgId: world.org.id, userId: world.userId });
    const conn = new Connection({
      ...{ oauth2: world.oauth2, instanceUrl: world.salesforce.url, accessToken, refreshToken, version: "66.0" },
    });
    world.salesforce.sessions.end(() => true);

    expect(await conn.soap.convertLead(asked())).toMatchObject({ success: true, leadId });
  });

  test("§8.3 is never good in an org whose APIs are closed", async () => {
    world.salesforce.login.closedApis.add(world.org.id);

    await expect(convert()).rejects.toMatchObject({ errorCode: "sf:INVALID_SESSION_ID" });
  });

  test.each(["is over", "is refused by a switch"])("§8.3 that %s is UNAUTHENTICATED to gRPC", async (how) => {
    const { accessToken } = world.salesforce.install({ orgId: world.org.id, userId: world.userId });
    const metadata = { accesstoken: accessToken, instanceurl: world.salesforce.url, tenantid: world.org.id };
    const client = connectClient(world.salesforce.pubSubUrl, metadata);
    try {
      expect((await client.getTopic("/data/LeadChangeEvent")).topic_name).toBe("/data/LeadChangeEvent");
      if (how === "is over") world.advance(2 * 3_600_000);
      else world.salesforce.login.closedApis.add(world.org.id);
      await expect(client.getTopic("/data/LeadChangeEvent")).rejects.toMatchObject({
        code: grpc.status.UNAUTHENTICATED,
      });
    } finally {
      client.close();
    }
  });
});

describe("the document", () => {
  test("§8.16 may use any prefixes, entities of XML and CDATA", async () => {
    const accountName = `<urn:opportunityName>A &amp; <![CDATA[<B>]]></urn:opportunityName>`;
    const body = conversion(accountName).replace("doNotCreateOpportunity>true", "doNotCreateOpportunity>false");
    const reply = await post(envelope(body));

    expect([reply.status, reply.text]).toEqual([200, expect.stringContaining("<success>true</success>")]);
    expect([...tableOf(world.org, "Opportunity").rows()].map(({ Name }) => Name)).toEqual(["A & <B>"]);
  });

  test.each<[string, (good: string) => string]>([
    ["a document type", (good) => good.replace("?>", '?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')],
    ["an entity of its own", (good) => good.replace("<urn:leadId>", "<urn:leadId>&e;")],
    ["an entity of HTML", (good) => good.replace("<urn:leadId>", "<urn:leadId>&nbsp;")],
    ["a tag that is not closed", (good) => good.replace("</urn:leadConverts>", "")],
    ["an attribute without quotes", (good) => good.replace("<urn:leadId>", "<urn:leadId a=b>")],
    ["half of it", (good) => good.slice(0, good.length / 2)],
    ["two roots", (good) => `${good}<again/>`],
    [
      "nesting without end",
      (good) => good.replace("<urn:leadId>", `${"<a>".repeat(60)}${"</a>".repeat(60)}<urn:leadId>`),
    ],
    ["no XML", () => "{}"],
    ["nothing", () => ""],
    ["another root", () => "<convertLead/>"],
    ["an empty body", () => envelope("")],
  ])("§8.3 with %s is refused, and does nothing", async (_, bend) => {
    expect(await post(bend(envelope(conversion())))).toMatchObject({ status: 500, code: "soapenv:Client" });
    expect(isConverted()).toBe(false);
  });

  test.each([
    ["another operation", "<urn:login/>", {}, "soapenv:Client"],
    ["another content type", "<urn:convertLead/>", { contentType: "application/json" }, "soapenv:Client"],
    ["a version that is retired", "<urn:convertLead/>", { version: "20.0" }, "sf:UNSUPPORTED_API_VERSION"],
  ])("§8.3 with %s is refused", async (_, body, options, code) => {
    expect(await post(envelope(body), options)).toMatchObject({ status: 500, code });
  });
});

describe("a call", () => {
  test("§8.6 counts against the daily pot, and is refused when it is empty", async () => {
    const before = world.org.limits.used();
    await convert();
    expect(world.org.limits.used()).toBe(before + 1);

    world.org.limits.daily = world.org.limits.used();
    await expect(convert()).rejects.toMatchObject({ errorCode: "sf:REQUEST_LIMIT_EXCEEDED" });
  });

  test("§8.15 waits for a row that is locked", async () => {
    world.org.locks.hold([leadId], world.salesforce.clock.now() + 4000);
    const result = convert();
    await until(() => world.salesforce.requests.list().length > 0);
    await new Promise(setImmediate);
    expect(isConverted()).toBe(false);
    world.advance(4000);

    expect((await result).success).toBe(true);
  });

  test("§8.15 fails for that row alone when it stays locked for ten seconds", async () => {
    const other = putRow(world.org, "Lead", {
      LastName: "Cole",
      Company: "Other",
      Status: "MQL",
      OwnerId: world.reps[0],
    });
    world.org.locks.hold([leadId], world.salesforce.clock.now() + 60_000);
    const results = world.conn.soap.convertLead([asked(), { ...asked(), leadId: other }]);
    await until(() => world.salesforce.requests.list().length > 0);
    await new Promise(setImmediate);
    world.advance(10_000);

    expect(await results).toMatchObject([
      { success: false, errors: [{ statusCode: "UNABLE_TO_LOCK_ROW" }] },
      { success: true, leadId: other },
    ]);
  });

  test("§8.15 fails where a fault locks the row", async () => {
    world.salesforce.faults.add({ route: "POST /services/Soap/u/:version", kind: "lock-row", record: leadId });

    expect(await convert()).toMatchObject({ success: false, errors: [{ statusCode: "UNABLE_TO_LOCK_ROW" }] });
  });

  test.each([
    ["unavailable", 503, "sf:SERVER_UNAVAILABLE"],
    ["token-expired", 500, "sf:INVALID_SESSION_ID"],
    ["request-limit", 500, "sf:REQUEST_LIMIT_EXCEEDED"],
  ] as const)("§8.6 the fault %s is told as a fault of SOAP", async (kind, status, code) => {
    world.salesforce.faults.add({ route: "*", kind, orgId: world.org.id });

    expect(await post(envelope(conversion()))).toMatchObject({ status, code });
    expect(isConverted()).toBe(false);
  });

  test("§8.6 may be done and its answer lost", async () => {
    world.salesforce.faults.add({ route: "*", kind: "drop-after", times: 1 });

    await expect(convert()).rejects.toThrow();
    expect(isConverted()).toBe(true);
  });

  test("§8.6 is logged with its org and user", async () => {
    await convert();

    expect(world.salesforce.requests.list()).toMatchObject([
      {
        route: "POST /services/Soap/u/:version",
        orgId: world.org.id,
        userId: world.userId,
        status: 200,
        applied: true,
      },
    ]);
  });

  test("§8.18 a merge empties the fields that fieldsToNull names", async () => {
    const loser = putRow(world.org, "Lead", { LastName: "B", Company: "A", Status: "MQL" });
    const leads = tableOf(world.org, "Lead");
    leads.put(leadId, { ...leads.get(leadId), Phone: "1", Rating: "Hot" });
    const fields = "<urn:fieldsToNull>Phone</urn:fieldsToNull><urn:fieldsToNull>Rating</urn:fieldsToNull>";
    await post(envelope(merging(leadId, loser, fields)));

    expect(leads.get(leadId)).toMatchObject({ Phone: null, Rating: null, LastName: "Berg" });
  });

  test.each([
    ["useDefaultRule", "true", true],
    ["useDefaultRule", "false", false],
    ["assignmentRuleId", "01Q000000000001", true],
  ])("§8.13 a rule assigns where the header has %s %s: %s", async (name, value, isAssigned) => {
    const loser = putRow(world.org, "Lead", { LastName: "B", Company: "A", Status: "MQL" });
    world.org.rules.assignment.set("Lead", world.reps[1]);
    const header = `<urn:AssignmentRuleHeader><urn:${name}>${value}</urn:${name}></urn:AssignmentRuleHeader>`;
    await post(envelope(merging(leadId, loser, "<urn:Rating>Hot</urn:Rating>"), header));

    expect(tableOf(world.org, "Lead").get(leadId)?.OwnerId).toBe(world.reps[isAssigned ? 1 : 0]);
  });

  test("§3.5 a header lets a merge pass a rule against duplicates", async () => {
    const Email = "jana@acme.example";
    const lead = () => putRow(world.org, "Lead", { LastName: "B", Company: "A", Status: "MQL", Email });
    const [master, loser] = [lead(), lead()];
    lead();
    world.org.rules.duplicates = "alert";
    const document = merging(master, loser, "<urn:Rating>Hot</urn:Rating>");
    const header = "<urn:DuplicateRuleHeader><urn:allowSave>true</urn:allowSave></urn:DuplicateRuleHeader>";

    expect((await post(envelope(document))).text).toContain("<statusCode>DUPLICATES_DETECTED</statusCode>");
    expect((await post(envelope(document, header))).text).toContain("<success>true</success>");
  });
});
