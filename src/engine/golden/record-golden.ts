import type { Account } from "../../model/account.ts";
import type { Rep, Shift } from "../../model/rep.ts";
import { decide } from "../decide.ts";
import type { Decision } from "../decision.ts";
import type { Snapshot } from "../snapshot.ts";
import { caseShape } from "./golden-shape.ts";
import { snapshotOf } from "./golden-snapshot.ts";
import { readShape } from "./read-shape.ts";
import { NotExpressible, scrub } from "./scrub/scrub.ts";
import { shortStep } from "./short-trace.ts";

export type RecordedDecision = { id: string; decidedAt: string; policyVersion: number; decision: Decision };

/**
 * A decision as the text (JSON) of a golden lead that the same policy decides the same, step by step, about somebody who
 * does not exist: see `scrub` for what stays. `snapshot` is what it was made from. Throws `NotExpressible`, for the person who asked, when
 * this release decides it otherwise, or with the part of it that no golden lead can say.
 */
export function recordGolden(snapshot: Snapshot, { id, decidedAt, policyVersion, decision }: RecordedDecision): string {
  const again = decide(snapshot.shared, snapshot.facts, snapshot.state).decision;
  if (toldOf(again) !== toldOf(decision))
    throw new NotExpressible("this release decides it otherwise than it was decided then");
  const scrubbed = scrub(snapshot);
  const { outcome, trace, marks } = decide(scrubbed.shared, scrubbed.facts, scrubbed.state).decision;
  const text = `${JSON.stringify(
    {
      why: `Recorded from decision ${id} of ${decidedAt}, by version ${policyVersion} of the policy; names and texts are made up`,
      recorded: true,
      world: worldOf(scrubbed),
      given: givenOf(scrubbed),
      outcome,
      trace: trace.map(shortStep),
      marks,
    },
    null,
    2,
  )}\n`;
  requireReadable(text, snapshot);
  return text;
}

const toldOf = ({ outcome, trace, marks }: Decision): string =>
  JSON.stringify([Object.entries(outcome).sort(), trace.map(shortStep), marks]);

/** What nobody reads again as it was written is not written. */
function requireReadable(text: string, { shared: { policy } }: Snapshot): void {
  const { value, problems } = readShape(text, caseShape);
  const [problem] = problems;
  if (value === null || typeof value.world === "string")
    throw new NotExpressible(`${problem?.path ?? "it"} ${problem?.message ?? "cannot be read again"}`);
  const { shared, facts, state } = snapshotOf(value.world, value.given, policy);
  const { outcome, trace, marks } = decide(shared, facts, state).decision;
  const parts = { outcome, trace: trace.map(shortStep), marks };
  for (const [part, made] of Object.entries(parts))
    if (canonical(made) !== canonical(value[part as keyof typeof parts]))
      throw new NotExpressible(`its ${part} comes out otherwise when it is read again`);
}

const canonical = (part: unknown): string =>
  JSON.stringify(part, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );

function worldOf({ shared, state }: Snapshot) {
  const { now, timeZone, stages, reps, holidays = {} } = shared;
  return { now, timeZone, stages, holidays, reps: reps.map((rep) => repOf(rep, state)) };
}

const own = <T>(parts: Readonly<Record<string, T>>, id: string): T | undefined =>
  Object.hasOwn(parts, id) ? parts[id] : undefined;

function repOf({ userId: _, shifts, ...rep }: Rep, { load, recent = {} }: Snapshot["state"]) {
  const written = shifts === null ? null : shifts.map(shiftOf);
  return { ...rep, shifts: written, load: own(load, rep.id), recent: own(recent, rep.id) };
}

const shiftOf = ({ day, startMinute, endMinute }: Shift) => ({
  days: [day],
  start: clockOf(startMinute),
  // One that ends before it starts passes midnight.
  end: clockOf(endMinute > 1440 ? endMinute - 1440 : endMinute),
});

const clockOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");

function givenOf({ facts, state }: Snapshot) {
  const { trigger, match, noMatchBecause, opportunities, ownerHistory, earlierAssignment, contacts = [] } = facts;
  const { fields, ...lead } = facts.lead;
  const told = Object.entries(fields).filter(([name, value]) => value !== null && name !== "stage");
  return {
    lead,
    // A lead without a stage would get the qualifying one.
    fields: { stage: fields.stage ?? null, ...Object.fromEntries(told) },
    trigger,
    ...(match === null
      ? {}
      : { account: accountOf(match.account), match: { by: match.by, evidence: match.evidence, rivals: match.rivals } }),
    noMatchBecause,
    opportunities,
    ownerHistory,
    earlierAssignment,
    contacts,
    earlierLeads: (facts.earlierLeads ?? []).map(({ leadId, by }) => ({
      leadId,
      by,
      ...own(state.leads ?? {}, leadId),
    })),
    credits: state.credits,
    ...(state.leavers === undefined ? {} : { leavers: state.leavers }),
    accountAssignments: state.accounts ?? {},
  };
}

/** A name without a letter is none. */
const accountOf = ({ name, crm, ...account }: Account) => ({
  ...account,
  name: name?.trim() || null,
  ...(crm === undefined ? {} : { crm }),
});
