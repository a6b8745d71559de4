import { accountName } from "../crm/account-name.ts";
import { ThrottleClosed } from "../crm/throttle.ts";
import type { Deps } from "../deps.ts";
import type { Changes } from "../engine/changes.ts";
import type { Policy } from "../engine/policy.ts";
import { policyInCrm } from "../engine/policy-in-crm.ts";
import { didYouMean } from "../engine/suggest.ts";
import { CrmError } from "../errors.ts";
import type { Connection } from "../model/connection.ts";
import type { Past } from "../model/past.ts";
import type { Rep } from "../model/rep.ts";
import { Refused } from "../refused.ts";
import { connectionsOf } from "../store/connections.ts";
import { openReading } from "./open-reading.ts";
import { type PastOptions, replayPast, warmUpDays } from "./replay-past.ts";
import type { ReplayEvent } from "./replay-policy.ts";
import { requireSense, sayReplay, type Told } from "./replay-report.ts";
import type { Said } from "./said.ts";
import type { Untold } from "./untold.ts";

export type PastReportOptions = {
  workspaceId: string;
  /** Which CRM account, by our id or the CRM's; null: the only one. */
  connection: string | null;
  since: string;
  now: string;
  policy: Policy;
  policyVersion: number;
  changes: Changes;
};

/**
 * A replay over the CRM's own history, for leads that Baton never decided. It only reads. Throws `Refused` with what to
 * mend: no connection, a policy that does not fit the account, a CRM that refuses or does not answer.
 */
export async function* replayPastReport(deps: Deps, given: PastReportOptions): AsyncGenerator<Said, void, undefined> {
  const connection = await findConnection(deps, given);
  const options = { ...given, policy: policyInCrm(given.policy, connection.crm) };
  const reading = await openReading(deps, connection, options.policy);
  try {
    const { client } = reading;
    const stages = await client.listStages({ lane: "backfill" });
    requireStage(options.policy, stages, connection);
    const reps = await client.past.listReps({ lane: "backfill" });
    const today = reps.map(({ versions: [newest] }) => newest.value);
    requireSense(options.changes, { policy: options.policy, reps: today });
    const past = { ...options, connection, client, stages, reps };
    yield* sayReplay(toldOf(deps, past), { reps: today, timeZone: connection.timeZone });
  } catch (error) {
    throw refusalOf(error, connection);
  } finally {
    await reading.close();
  }
}

async function* toldOf(deps: Deps, options: PastOptions): AsyncGenerator<ReplayEvent, Told, undefined> {
  const { tally, reps, untold } = yield* replayPast(deps, options);
  return { tally, reps, notes, untold: [...untold, ...always(options)] };
}

async function findConnection({ db }: Deps, wanted: PastReportOptions): Promise<Connection> {
  const all = await connectionsOf(db.query, wanted.workspaceId);
  const { connection: name } = wanted;
  const linked = all.filter(({ status }) => status !== "removed");
  const meant = linked.filter(({ id, externalId }) => name === null || name === id || name === externalId);
  const [found, another] = meant;
  if (linked.length === 0)
    throw new Refused(
      "No CRM account is connected: install Baton in one first, and put it in shadow if nothing is to be written yet.",
    );
  const choices = linked.map((each) => `${accountName(each)} (${each.id})`).join(", ");
  if (found === undefined) throw new Refused(`There is no connection ${name}; there are ${choices}.`);
  if (another !== undefined)
    throw new Refused(`There are several connections, say which with --connection: ${choices}.`);
  if (found.status !== "active")
    throw new Refused(
      `${accountName(found)} is paused: ${found.pausedBecause ?? "nobody says why"}. Install Baton in it again.`,
    );
  return found;
}

function requireStage({ qualifyingStage }: Policy, stages: readonly string[], connection: Connection): void {
  if (stages.includes(qualifyingStage)) return;
  throw new Refused(
    `${accountName(connection)} has no stage ${qualifyingStage}${didYouMean(qualifyingStage, stages) || "."} It has ${stages.join(", ")}: name one of them as the policy's qualifyingStage.`,
  );
}

/** What keeps the CRM from being read, for the person at the terminal. */
function refusalOf(error: unknown, connection: Connection): unknown {
  const name = accountName(connection);
  if (error instanceof ThrottleClosed)
    return new Refused(`The worker of ${name} was stopped or began anew meanwhile: try again.`);
  if (!(error instanceof CrmError)) return error;
  if (error.kind === "missing-scope")
    return new Refused(
      `${name} does not let Baton read this (${error.rule ?? "a scope is missing"}): install Baton in it again and allow that. ${error.message}`,
    );
  if (error.kind === "unauthorized" || error.kind === "unauthorized-final")
    return new Refused(`${name} does not let Baton in any more: install Baton in it again. ${error.message}`);
  if (error.kind === "quota")
    return new Refused(
      `The calls that ${name} allows in a day are spent: try again ${error.retryAt === undefined ? "tomorrow" : `after ${error.retryAt.toISOString()}`}.`,
    );
  return new Refused(
    `${name} could not be read: ${error.message} Try again; what was told until now is not the whole.`,
  );
}

const notes = [
  "The CRM's own history was read, and nothing was written. Each lead was decided as of the moment when it last entered the qualifying stage; who had it is the owner of a day later. An owner whom a workflow or an app gave in the minute before counts as the routing of then.",
  `Loads are the leads that qualified since, and in the ${warmUpDays} days before, each for as long as it really was open: with whom the policy gives it, before that with whom it was. The deals that were open then count for their owners.`,
  "First-touch limits of before are those of this policy, in the hours of who really had the leads.",
];

/** What no CRM tells of any lead. */
function always({ connection, reps }: PastOptions): Untold[] {
  const ofAll = (what: string, text: string): Untold => ({ what, leads: null, text });
  return [
    ...absences(connection, reps),
    ofAll("teams", "Teams are those of today."),
    ofAll(
      "ledgers",
      "Turns, caps and account locks begin with the first of these leads: what came before is not known.",
    ),
    ofAll("duplicates", "Whether two leads were one person was looked for among these leads alone."),
    ofAll("contacts", "Who was in contact with a person or an account was not looked for."),
    ofAll(
      "earlier-times",
      "A lead that qualified more than once in these days is there at its last time alone; one that was deleted since is not there.",
    ),
  ];
}

function absences({ capabilities }: Connection, reps: readonly Past<Rep>[]): Untold[] {
  if (!capabilities.readsAvailability)
    return [
      {
        what: "absences",
        leads: null,
        text: "Hours and absences may not be read: the policy's hours count for everybody, and nobody was away. Install Baton again and allow crm.objects.users.read.",
      },
    ];
  const undated = reps.filter(({ doubts }) => doubts.length > 0).length;
  const of =
    undated === 0
      ? ""
      : ` Of ${undated} of ${reps.length} reps the CRM keeps no history of them: they are as of today.`;
  return [
    {
      what: "absences",
      leads: null,
      text: `Hours and absences are those that each rep had entered at the time; who was away without entering it counts as there.${of}`,
    },
  ];
}
