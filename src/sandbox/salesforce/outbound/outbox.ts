import type { Change } from "../change.ts";
import { to18 } from "../ids.ts";
import { type Org, tableOf } from "../org.ts";
import { envelopeOf } from "./envelope.ts";

/** A flow that sends an outbound message when a record is changed to meet its condition (salesforce.md §1.5). */
export type OutboundRule = {
  url: string;
  object: string;
  /** Beside the id; their values at the time of sending go. */
  fields: readonly string[];
  when: { field: string; value: string };
};

/** One try; `status` null: there was no answer. */
export type OutboundTry = { at: number; ids: readonly string[]; status: number | null; acknowledged: boolean };

export type Outbox = {
  /** Replaced as a whole. */
  rules: OutboundRule[];
  tries: readonly OutboundTry[];
  /** How many times more a message goes that was acknowledged already. */
  switches: { duplicates: number };
  waiting(): number;
  changed(changes: readonly Change[]): void;
};

type Waiting = { id: string; recordId: string; rule: OutboundRule; since: number; tries: number; isSent: boolean };

/** salesforce.md §1.5. */
const mostOfAMessage = 100;
const droppedAfterMs = 24 * 3_600_000;
const longestBackoffMs = 2 * 3_600_000;
/** A guess: only the longest wait is told. */
const firstBackoffMs = 15_000;
const answerWithinMs = 60_000;

/** What waits to be sent goes by the org's clock, over real HTTP, until it is acknowledged. */
export function createOutbox(org: Org & { instanceUrl: string }): Outbox {
  const waiting = new Set<Waiting>();
  const tries: OutboundTry[] = [];
  let made = 0;
  const nextId = (prefix: string): string => {
    made += 1;
    return to18(`${prefix}${String(made).padStart(12, "0")}`);
  };
  const actionIds = new WeakMap<OutboundRule, string>();

  const outbox: Outbox = {
    ...{ rules: [], tries, switches: { duplicates: 0 } },
    waiting: () => waiting.size,
    changed(changes) {
      for (const rule of outbox.rules) {
        const met = changes.filter((change) => isMet(rule, change)).flatMap(({ recordIds }) => recordIds);
        if (met.length === 0) continue;
        for (const recordId of met)
          waiting.add({ id: nextId("04l"), recordId, rule, since: org.clock.now(), tries: 0, isSent: false });
        org.clock.at(org.clock.now(), () => void send(rule));
      }
    },
  };

  async function send(rule: OutboundRule): Promise<void> {
    const ready = [...waiting].filter((each) => each.rule === rule && !each.isSent).slice(0, mostOfAMessage);
    const table = tableOf(org, rule.object);
    const notifications = ready.flatMap(({ id, recordId }) => {
      const row = table.get(recordId);
      return row === undefined ? [] : [{ id, row }];
    });
    if (notifications.length === 0) {
      for (const each of ready) waiting.delete(each);
      return;
    }
    for (const each of ready) each.isSent = true;
    const actionId = actionIds.get(rule) ?? nextId("04k");
    actionIds.set(rule, actionId);
    const sender = { id: org.id, instanceUrl: org.instanceUrl, actionId };
    const answer = await post(rule.url, envelopeOf(sender, table.object, { fields: rule.fields, notifications }));
    tries.push({ at: org.clock.now(), ids: notifications.map(({ id }) => id), ...answer });
    settle(ready, answer.acknowledged ? outbox.switches.duplicates : Number.POSITIVE_INFINITY);
    // More may have come than one message takes.
    await send(rule);
  }

  function settle(sent: readonly Waiting[], again: number): void {
    for (const each of sent) {
      each.tries += 1;
      if (each.tries > again || org.clock.now() - each.since > droppedAfterMs) waiting.delete(each);
    }
    const rest = sent.filter((each) => waiting.has(each));
    const [first] = rest;
    if (first === undefined) return;
    const backoffMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (first.tries - 1));
    org.clock.at(org.clock.now() + backoffMs, () => {
      for (const each of rest) each.isSent = false;
      void send(first.rule);
    });
  }

  return outbox;
}

/** "Only when a record is updated to meet the condition", or created so. */
function isMet({ object, when }: OutboundRule, { entityName, changeType, changedFields, row }: Change): boolean {
  if (entityName !== object || row?.[when.field] !== when.value) return false;
  return changeType === "CREATE" || (changeType === "UPDATE" && changedFields.includes(when.field));
}

/** Anything but an envelope with a true Ack is a failure, whatever its status. */
async function post(url: string, body: string): Promise<{ status: number | null; acknowledged: boolean }> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "text/xml; charset=utf-8", soapaction: '""' },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const text = await response.text();
    const isXml = /^text\/xml/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      acknowledged: response.status === 200 && isXml && /<(?:\w+:)?Ack>\s*true\s*<\//.test(text),
    };
  } catch {
    return { status: null, acknowledged: false };
  }
}
