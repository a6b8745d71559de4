import type { AlertKind } from "../model/alert.ts";

export type Advice = {
  meaning: string;
  whatToDo: string;
  /** Nothing ends it but a person who says that it was seen to; the others end with their cause, or with a re-drive. */
  endsWhenSeen?: true;
};

/** Every alarm that Baton raises, for the operator's page and the README. The alert itself names the lead or account. */
export const alertAdvice: Readonly<Record<AlertKind, Advice>> = {
  "connection-paused": {
    meaning: "The CRM took the access back or the app was uninstalled; events are kept, nothing is routed or written.",
    whatToDo: "Install the app again in that account. It goes on by itself, with what came in meanwhile.",
  },
  "connection-waits": {
    meaning: "The CRM asked for a wait: the day's calls of that account are spent, or it is being moved.",
    whatToDo:
      "What comes in is kept and worked then; it ends by itself. If the calls are spent, look which other app spends them.",
  },
  "requests-spent": {
    meaning:
      "The calls that Baton may make of an account's 24 hours are made, or those of all its apps nearly are: what can wait does, at last owners too.",
    whatToDo:
      "The alert says how many and when the first come back. Raise `share` of `requests` in the policy if the other apps leave more, buy calls from the CRM, or look who spends them. It ends by itself.",
  },
  undecided: {
    meaning: "Events, or leads that a list holds, have waited for a decision for more than 5 minutes.",
    whatToDo:
      "Look for a paused connection, for failed CRM calls and at `/readyz`. It ends by itself once they are decided.",
  },
  unwritten: {
    meaning: "A write to the CRM has not been confirmed for more than 15 minutes.",
    whatToDo:
      "Look for a paused connection and for failed or refused CRM calls. Baton goes on trying; it ends by itself.",
  },
  "clocks-unwatched": {
    meaning:
      "First-touch limits passed more than 15 minutes ago, and the CRM does not tell whether the reps have acted: nobody is reminded, nothing is passed on.",
    whatToDo:
      "Look in the log for what the CRM refuses: grant the permission, or see to the record that it names. It ends by itself.",
  },
  "leads-parked": {
    meaning:
      "Events failed 8 times for a reason of their own, or the CRM refused for good what they need, and were set aside.",
    whatToDo: "Do what the alert says (a permission, a rule of the CRM, or an error in the log), then `redrive`.",
  },
  poison: {
    meaning: "Events were in hand three times when Baton's process died, and were set aside.",
    whatToDo:
      "Read in the log how the process ended each time and report it; killed by you or by the machine, they are not to blame. Then `redrive`.",
  },
  "events-unreadable": {
    meaning: "The CRM sent events that Baton cannot read; they were set aside.",
    whatToDo:
      "No lead is lost: the CRM is asked every few minutes who qualified. Report it, or update Baton; `redrive` ends it.",
  },
  "too-many-decisions": {
    meaning: "A lead was decided 5 times in ten minutes and is parked: another workflow or app sets the same fields.",
    whatToDo: "Look at the lead's history in the CRM, switch one of the two off, then `redrive`.",
  },
  "write-refused": {
    meaning:
      "The CRM refused one part of an update by a rule of its own, and everything else was written; or all of it, because Baton lacks a permission.",
    whatToDo:
      "Change that rule in the CRM, take the field out of `writes`, or grant the permission; it is not tried again. Then `alerts --seen`.",
    endsWhenSeen: true,
  },
  "task-refused": {
    meaning:
      "The CRM refused a follow-up task, or the conversion of a lead, by a rule of its own: the lead has its owner but no task, or is no contact.",
    whatToDo: "Change that rule in the CRM, then `redrive`: it is sent again.",
  },
  "lead-unowned": {
    meaning: "Somebody cleared the owner of a lead after Baton had assigned it.",
    whatToDo:
      "Give it an owner in the CRM; Baton leaves a person's change alone. It ends by itself then; if it needs none, `alerts --seen`.",
    endsWhenSeen: true,
  },
  "owner-fought": {
    meaning:
      "A workflow or another app took leads from the reps whom Baton had given them to less than ten minutes before; Baton leaves them alone.",
    whatToDo:
      "Look at the lead's history in the CRM, switch one of the two routers off, and give those leads their owners. It ends after a day.",
  },
  "owner-conflict": {
    meaning:
      "Two CRMs of one workspace, or the sync between them, keep undoing each other's owner of a lead; Baton wrote the owner authority's twice and stops.",
    whatToDo:
      "Read in the alert what each said and when. Let the sync carry owners from the authority to the other CRM alone, or name the other one as `owner_authority`; then give the lead its owner and say `alerts --seen`.",
    endsWhenSeen: true,
  },
  "stale-leads": {
    meaning: "Leads waited for their decision longer than the policy's `stale_after`; they were routed all the same.",
    whatToDo:
      "Their tasks say so. Find out what kept them: a paused connection, an outage, a spent budget. It ends after a day.",
  },
  "ghost-owner": {
    meaning:
      "An account or open deal belongs to a rep who is not active any more; its leads go on as if nobody owned it.",
    whatToDo: "Give it a new owner in the CRM: the alert proposes who got its lead. It ends by itself.",
  },
  "owner-away": {
    meaning: "A rep is away and nobody stands in: leads of their accounts and deals go to the territory's team.",
    whatToDo: "Name a `backup` who is there in the policy; it ends by itself.",
  },
  "owner-over-capacity": {
    meaning: "An owner gets leads by a claim although they have as much open work as they can carry, or more.",
    whatToDo:
      "Their manager has a task that says so. Take some of it from them, or raise their `capacity` in the policy; it ends by itself when they have room.",
  },
  "feature-off": {
    meaning: "The CRM account does not let Baton read or write something that it could use; everything else works.",
    whatToDo:
      "Do what the alert says: grant the permission, or bring the field. Baton looks once a day, and ends it by itself.",
  },
  "policy-names-nobody": {
    meaning: "The policy names a team or rep whom the CRM does not know: nobody of it gets leads.",
    whatToDo:
      "Give a team or person in the CRM that name, or correct it in the policy and publish that; it ends by itself within five minutes.",
  },
  "stage-unknown": {
    meaning:
      "The policy's `qualifying_stage`, or the stage or status that it writes, is none of the CRM's: no lead of that account qualifies, or none gets it.",
    whatToDo:
      "The alert lists the stages that there are. Name one of them in the policy, for one CRM alone under `by_crm`, and publish that, or add the stage in the CRM; it ends by itself within five minutes.",
  },
};

/** The kinds that only a person ends. */
export const endedWhenSeen = (Object.keys(alertAdvice) as AlertKind[]).filter(
  (kind) => alertAdvice[kind].endsWhenSeen === true,
);

/** Also for a kind that another version of Baton raised. */
export function adviceOn(kind: string): Advice {
  return Object.hasOwn(alertAdvice, kind) ? alertAdvice[kind as AlertKind] : unknownKind;
}

const unknownKind: Advice = {
  meaning: "Another version of Baton raised this.",
  whatToDo: "`npm run baton -- alerts` tells what happened and what to do.",
};
