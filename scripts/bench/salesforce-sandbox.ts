import { pagesOf } from "../../src/pages-of.ts";
import { actIn, personIn } from "../../src/sandbox/salesforce/control/acting.ts";
import { tableOf } from "../../src/sandbox/salesforce/org.ts";
import { startSalesforce } from "../../src/sandbox/salesforce/server.ts";
import { updateRecord } from "../../src/sandbox/salesforce/write-records.ts";
import { measure, readLeads } from "./measure-salesforce.ts";
import { fillOrg, integrationUserId, leadIdOf, repIds } from "./salesforce-world.ts";
import type { BenchSandbox, Question, SandboxOptions } from "./sandbox-process.ts";

/** As an import writes them (salesforce.md §3.4). What came meanwhile is answered in between. */
const perTransaction = 200;

export async function start({ seed, leads, latency, speed, automationMs }: SandboxOptions): Promise<BenchSandbox> {
  const salesforce = await startSalesforce({ seed, latency, speed });
  const org = salesforce.addOrg({ name: "Bench", timeZone: "Europe/Berlin" });
  fillOrg(org, { seed, leads });
  for (const app of salesforce.apps) app.runAs.set(org.id, integrationUserId);
  if (automationMs > 0) org.rules.automationMs.set("Lead", automationMs);
  let since = 0;
  let turned: string[] = [];
  const calls = () => salesforce.requests.list({ since });
  const idsOf = ({ from, count }: { from: number; count: number }) =>
    Array.from({ length: count }, (_, index) => leadIdOf(from + index));

  async function turn(ids: readonly string[]): Promise<void> {
    const { object } = tableOf(org, "Lead");
    for (const page of pagesOf(ids, perTransaction)) {
      actIn(org, personIn(org, null), (writing) => {
        for (const id of page) updateRecord(writing, object, id, { Status: "MQL" });
      });
      turned.push(...page);
      await new Promise(setImmediate);
    }
  }

  const answer = async (ask: Question): Promise<unknown> => {
    switch (ask.do) {
      case "install":
        return salesforce.install({ orgId: org.id, userId: integrationUserId }).accessToken;
      case "target":
        return null;
      case "is-synced":
        return (
          org.bus.openStreams() > 0 &&
          calls().some(({ body, query }) => JSON.stringify({ body, query }).includes("FROM Opportunity"))
        );
      case "begin":
        since = salesforce.requests.list().at(-1)?.id ?? 0;
        turned = [];
        return null;
      case "lead-ids":
        return idsOf(ask);
      case "turn":
        await turn(idsOf(ask));
        return idsOf(ask);
      case "count-done":
        return readLeads(org, turned).filter(({ ownerAt, tasks }) => ownerAt !== null && tasks > 0).length;
      case "measure":
        return measure(readLeads(org, turned), calls());
    }
  };
  const at = { url: salesforce.url, feedUrl: salesforce.pubSubUrl, accountId: org.id, repIds };
  return { at, answer, stop: () => salesforce.stop() };
}
