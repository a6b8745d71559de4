import { eraseContact, mergeContacts } from "../../src/sandbox/hubspot/merge.ts";
import { archiveRecord, restoreRecord } from "../../src/sandbox/hubspot/records.ts";
import { playRep } from "../../src/sandbox/hubspot/rep.ts";
import type { Journey } from "../journeys/world.ts";

/** A lead of a story, and another one that it may be merged with. */
export type Told = { journey: Journey; id: string; otherId: string };
/** What people do to a lead, by the minute after it qualified. */
export type Fate = Readonly<Record<number, (told: Told) => void>>;

const person = { type: "CRM_UI", id: "userId:9301", userId: 9301 };
/** In no pool of the story, so that nobody but a person gives him a lead. */
export const colleague = "301";

const moveTo =
  (stage: string) =>
  ({ journey, id }: Told) =>
    journey.toStage(id, stage);
const claim = ({ journey, id }: Told) => {
  playRep(journey.portal, { action: "claim-lead", contactId: id, ownerId: colleague });
};
const remove = ({ journey, id }: Told) => archiveRecord(journey.portal, "0-1", id, person);
const restore = ({ journey, id }: Told) => restoreRecord(journey.portal, "0-1", id, person);
const again = (told: Told) => {
  moveTo("")(told);
  moveTo("marketingqualifiedlead")(told);
};

/** Whoever hears of them late must end where everybody else does. After 20 minutes each lead is decided in any case. */
export const fates = {
  "is left alone": {},
  "is taken by a colleague": { 20: claim },
  "is taken by a colleague at once": { 1: claim },
  "moves on": { 20: moveTo("salesqualifiedlead") },
  "leaves and comes back": { 20: moveTo("salesqualifiedlead"), 25: again },
  "is deleted": { 20: remove },
  "is deleted and restored": { 20: remove, 25: restore },
  "is erased": { 20: ({ journey, id }) => eraseContact(journey.portal, id, person) },
  "is merged into an older lead": {
    20: ({ journey, id, otherId }) => mergeContacts(journey.portal, otherId, id, person),
  },
  "takes in an older lead": { 20: ({ journey, id, otherId }) => mergeContacts(journey.portal, id, otherId, person) },
} satisfies Record<string, Fate>;

/** Nothing but their events tells of these; everything else is found by looking at the CRM. */
export const toldByEventsAlone: ReadonlySet<Fate> = new Set([
  // A choice that fell into the moment of our own write is told by its event alone.
  fates["is taken by a colleague at once"],
  fates["is deleted and restored"],
  fates["is erased"],
  fates["is merged into an older lead"],
  fates["takes in an older lead"],
]);
