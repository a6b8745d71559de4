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
  undecided: {
    meaning: "Events have waited for a decision for more than 5 minutes.",
    whatToDo:
      "Look for a paused connection, for failed CRM calls and at `/readyz`. It ends by itself once they are decided.",
  },
  unwritten: {
    meaning: "A write to the CRM has not been confirmed for more than 15 minutes.",
    whatToDo:
      "Look for a paused connection and for failed or refused CRM calls. Baton goes on trying; it ends by itself.",
  },
  "leads-parked": {
    meaning: "Events failed 8 times for a reason of their own and were set aside.",
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
    meaning: "The CRM refused one part of an update by a rule of its own; everything else was written.",
    whatToDo:
      "Change that rule in the CRM, or take the field out of `writes`; it is not tried again. Then `alerts --seen`.",
    endsWhenSeen: true,
  },
  "task-refused": {
    meaning: "The CRM refused a follow-up task by a rule of its own: the lead has its owner but no task.",
    whatToDo: "Change that rule in the CRM, then `redrive`: the task is sent again.",
  },
  "lead-unowned": {
    meaning: "Somebody cleared the owner of a lead after Baton had assigned it.",
    whatToDo: "Give it an owner in the CRM; Baton leaves a person's change alone. Then `alerts --seen`.",
    endsWhenSeen: true,
  },
  "owner-away": {
    meaning: "A rep who is away gets the leads of their own accounts, and the policy names no manager for them.",
    whatToDo: "Give the leads to somebody in the CRM, and name a `manager` in the policy.",
  },
  "policy-names-nobody": {
    meaning: "The policy names a team or rep whom the CRM does not know: nobody of it gets leads.",
    whatToDo: "Give a team or person in the CRM that name; it ends by itself.",
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
