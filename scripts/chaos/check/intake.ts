import type { InboxClaim } from "../claim.ts";
import { leadName } from "../truth.ts";
import type { Evidence, Violation } from "./violation.ts";

type Place = { accountId: string; objectId: string; at: number };
const nameOf = ({ accountId, objectId, at }: Place) => `${accountId} ${objectId} ${at}`;

/** I9: whatever the CRM saw acknowledged is in the inbox. */
export function acknowledgedIsStored({ before, claim }: Evidence): Violation[] {
  const stored = countStored(claim.inbox);
  const acknowledged = before.events.filter((event) => event.acknowledged);
  return [...countPlaces(acknowledged.map(placeOfEvent))].flatMap(([name, { place, count }]) => {
    const missing = count - (stored.get(name)?.count ?? 0);
    if (missing <= 0) return [];
    return [violation("I9", `${missing} of ${count} acknowledged events of ${timeOf(place)} are not stored`, place)];
  });
}

/** I9 the other way round: one event, however often it was delivered, is one row. */
export function storedOnce({ claim, after }: Evidence): Violation[] {
  const sent = countPlaces(after.events.map(placeOfEvent));
  return [...countStored(claim.inbox)].flatMap(([name, { place, count }]) => {
    const surplus = count - (sent.get(name)?.count ?? 0);
    if (surplus <= 0) return [];
    return [violation("I1", `${count - surplus} events of ${timeOf(place)} were sent and ${count} are stored`, place)];
  });
}

/** I14: what was ignored or parked says why. */
export function endsHaveReasons({ claim }: Evidence): Violation[] {
  return claim.inbox
    .filter(({ state, because }) => (state === "ignored" || state === "parked") && !because)
    .map(({ state, accountId, subjectId, occurredAt }) =>
      violation("I14", `an event of ${occurredAt} is ${state} without a reason`, {
        accountId,
        objectId: subjectId,
        at: 0,
      }),
    );
}

/** An event that was in hand at so many deaths of its process is parked (reliability.md §3.11). */
const mostDeaths = 3;

/**
 * I14: what is parked was in hand when a process died, and so many did, or came for the same lead after that. Nothing
 * else that the rig does parks anything.
 */
export function onlyDeathsPark({ claim, deaths }: Evidence): Violation[] {
  const parked = claim.inbox.filter(({ state }) => state === "parked");
  const diedSince = ({ receivedAt }: InboxClaim) => deaths.filter((at) => at >= Date.parse(receivedAt)).length;
  const explained = new Set(parked.filter((row) => diedSince(row) >= mostDeaths).map(leadOf));
  return parked
    .filter((row) => row.because !== "killed-its-process" || !explained.has(leadOf(row)))
    .map((row) => {
      const what = `an event is parked after ${row.attempts} attempts and ${diedSince(row)} deaths: ${row.because}`;
      return violation("I14", what, { accountId: row.accountId, objectId: row.subjectId, at: 0 });
    });
}

const leadOf = ({ accountId, subjectId }: InboxClaim) => leadName({ accountId, leadId: subjectId });

function countStored(inbox: Evidence["claim"]["inbox"]) {
  return countPlaces(
    inbox
      .filter(({ isOwn }) => !isOwn)
      .map(({ accountId, subjectId, occurredAt }) => ({ accountId, objectId: subjectId, at: Date.parse(occurredAt) })),
  );
}

const placeOfEvent = (event: { accountId: string; objectId: string; occurredAt: number }): Place => ({
  accountId: event.accountId,
  objectId: event.objectId,
  at: event.occurredAt,
});

function countPlaces(places: readonly Place[]): Map<string, { place: Place; count: number }> {
  const counts = new Map<string, { place: Place; count: number }>();
  for (const place of places) {
    const known = counts.get(nameOf(place));
    if (known === undefined) counts.set(nameOf(place), { place, count: 1 });
    else known.count += 1;
  }
  return counts;
}

const timeOf = ({ at }: Place) => new Date(at).toISOString();

function violation(promise: string, what: string, { accountId, objectId }: Place): Violation {
  return { promise, what, lead: { accountId, leadId: objectId } };
}
