import type { TaskTemplate } from "../model/operation.ts";
import {
  claimCode,
  claimGiven,
  claimOf,
  conflictOf,
  earlierLeadOf,
  overloadOf,
  overrideGiven,
  reasonOfOverride,
} from "./claim.ts";
import { cleanText, escapeHtml } from "./clean-text.ts";
import { type Decision, ownerOf } from "./decision.ts";
import { tierName } from "./explain.ts";
import { suggestionInWords } from "./explain-account.ts";
import { ownScoreOf } from "./explain-score.ts";
import { type Names, ownerName, repName } from "./names.ts";
import { keepsWhenLate } from "./ownership.ts";
import { isStale } from "./qualify.ts";
import { meaningOf } from "./reasons.ts";
import type { LeadFacts } from "./snapshot.ts";
import { localTime } from "./zoned-time.ts";

export type TaskTextInput = {
  template: TaskTemplate;
  facts: LeadFacts;
  decision: Decision;
  names: Names;
  /** Absolute URLs; null: no link. */
  links: { lead: string | null; trace: string | null };
  /** The task's limit, and the zone of who reads it. */
  due: { at: string; timeZone: string };
};

/** What a person reads in a task: the subject is plain text, the body HTML whose only input is escaped. */
export function taskText(input: TaskTextInput): { subject: string; body: string } {
  const lines = [...openings[input.template](input), ...whoLines(input), ...dueLines[input.template](input)];
  const links = linkLine(input.links);
  return {
    subject: cleanText(`${subjectStart(input)}: ${personOf(input.facts)}${companySuffix(input.facts)}`),
    body: [...lines.map(([label, text]) => `<b>${label}:</b> ${escapeHtml(text)}`), ...links].join("<br>"),
  };
}

/**
 * What the new owner reads on the desk and the phone: plain text, first what phones show. As a task's, it names nobody but the
 * lead's own people.
 */
export function noticeText(input: Omit<TaskTextInput, "links">): { title: string; body: string } {
  const full = { ...input, links: { lead: null, trace: null } };
  const why = openings[input.template](full).map(([label, text]) => (label === "Why you" ? text : `${label}: ${text}`));
  return {
    title: cleanText(`${subjectStart(full)}: ${personOf(input.facts)}${companySuffix(input.facts)}`),
    body: list(" ", [`Call or write by ${dueText(full)}.`, ...why]),
  };
}

type Line = readonly [label: string, text: string];

function subjectStart({ template, decision }: TaskTextInput): string {
  switch (template) {
    case "first-touch":
      return `New lead, ${tierName(decision)}`;
    case "reassigned":
      return `Lead passed on to you, ${tierName(decision)}`;
    case "breach-manager":
      return "No first touch in time";
    case "over-capacity":
      return "A rep has more than they can carry";
    case "channel-conflict":
      return "Channel conflict: a partner registered a deal";
    case "owner-away":
      return "A lead of yours while you are away";
    case "unrouted":
      return "Lead without an owner";
  }
}

const openings: Readonly<Record<TaskTemplate, (input: TaskTextInput) => Line[]>> = {
  "first-touch": ({ decision, facts, due, names }) => [
    ...(isStale(decision)
      ? [
          [
            "Mind",
            `It qualified${labelled(" on ", localTime(facts.trigger.qualifiedAt, due.timeZone))} and had to wait.`,
          ] as const,
        ]
      : []),
    ["Why you", whyYou(decision, names)],
    ...conflictLines(decision, names),
  ],
  reassigned: ({ decision, facts, names }) => {
    const before = facts.trigger.breachedBy.map((repId) => repName(names, repId)).join(" and ");
    const late = before === "" ? "" : `${before} did not get to it in time. `;
    return [["Why you", `${late}${whyYou(decision, names)}`]];
  },
  "breach-manager": ({ decision, names }) => {
    const { outcome } = decision;
    if (outcome.kind !== "assigned") return [];
    const who = repName(names, outcome.repId);
    const next = staysWithOwner(decision)
      ? `It stays there, because ${who} ${claimOfThird(decision, names)}. Please decide who follows up.`
      : "It goes to the next rep who can take it, unless somebody else holds the task already.";
    return [
      ["What happened", `${who} has had this lead since it was routed, and nobody has acted on it in time. ${next}`],
    ];
  },
  "over-capacity": ({ decision, names }) => {
    const step = overloadOf(decision);
    if (step === null) return [];
    const who = repName(names, step.repId);
    const work = `${who} had ${step.load} of ${step.capacity} points of open work when this lead came`;
    return [["What happened", `${work}. They got it all the same, because ${who} ${claimOfThird(decision, names)}.`]];
  },
  "owner-away": ({ decision, names }) => {
    const claim = claimText(decision, claimGiven(decision) ?? "") ?? "This lead is yours.";
    return [["What happened", `${claim} While you are away, the lead went to ${holderOf(decision, names)}.`]];
  },
  "channel-conflict": ({ decision, names }) => {
    const claim = claimText(decision, conflictOf(decision)?.because ?? "") ?? "This lead would have been yours.";
    const holder = holderOf(decision, names);
    return [["What happened", `${claim} A partner registered a deal for this lead, so it went to ${holder}.`]];
  },
  unrouted: ({ decision }) => {
    const because = "because" in decision.outcome ? meaningOf(decision.outcome.because) : "nobody could take it";
    return [["What happened", `This lead has no owner: ${because}. Please give it to somebody.`]];
  },
};

/** "owns the account", "is the backup of …": what follows the name of whoever has it. */
const claimOfThird = (decision: Decision, names: Names): string =>
  `${decision.outcome.kind === "assigned" && decision.outcome.backupFor !== undefined ? "is " : ""}${claimOf(decision, names)}`;

/** Who has the lead in place of the owner. */
function holderOf({ outcome }: Decision, names: Names): string {
  if (outcome.kind !== "assigned") return "queueId" in outcome ? `the queue ${outcome.queueId}` : "nobody";
  const holder = repName(names, outcome.repId);
  if (outcome.backupFor !== undefined) return `${holder}, the backup`;
  return outcome.poolId === undefined ? holder : `${holder}, whose turn it was in pool ${outcome.poolId}`;
}

function whyYou(decision: Decision, names: Names): string {
  const { outcome } = decision;
  if (outcome.kind !== "assigned") return "";
  const claim = outcome.poolId === undefined ? claimText(decision, claimCode(decision)) : undefined;
  if (claim !== undefined) return outcome.backupFor === undefined ? claim : `You are ${claimOf(decision, names)}.`;
  return outcome.opensAt === undefined
    ? `You are ${claimOf(decision, names)}.`
    : `Nobody is on shift now, and you start first; you are ${claimOf(decision, names)}.`;
}

/** To the partner manager: who else has a claim. */
function conflictLines(decision: Decision, names: Names): Line[] {
  const conflict = conflictOf(decision);
  if (conflict === null) return [];
  return [
    [
      "Channel conflict",
      `${repName(names, conflict.repId)} had a claim to it (${meaningOf(conflict.because)}) and has been told.`,
    ],
  ];
}

/** To whoever has a claim of this code. */
function claimText(decision: Decision, code: string): string | undefined {
  if (overrideGiven(decision) === code)
    return `An override of the policy names you for such leads${reasonOfOverride(code)}.`;
  const earlier = code === "duplicate" ? earlierLeadOf(decision) : null;
  if (earlier === null) return claims[code];
  return `It is a duplicate of lead ${earlier.leadId}, which is yours: ${meaningOf(earlier.because)}.`;
}

const claims: Readonly<Record<string, string>> = {
  "open-opportunity": "You own an open deal of this company.",
  customer: "You own this account, a customer.",
  "customer-success": "You are the customer-success manager of this account.",
  "owned-account": "You own this account.",
  "prior-owner": "You have had this person before.",
  "touched-person": "You were in contact with this person.",
  "touched-account": "You were in contact with this account.",
  "given-account": "You were given a lead of this account before.",
  "account-lock": "You got the last lead of this account.",
  "catch-all": "Nobody else could take it, and you catch what is left.",
};

function whoLines(input: TaskTextInput): Line[] {
  const { facts, decision, names } = input;
  const lines: Line[] = [
    ["Who", list(", ", [personOf(facts), field(facts, "jobTitle"), companyOf(facts), field(facts, "country")])],
    ["Reach", list(", ", [field(facts, "email"), field(facts, "phone")]) || "neither e-mail nor phone is known"],
    ["What they did", whatTheyDid(input)],
    ["Tier", `${tierName(decision)}: ${tierReason(decision)}${scoreOf(facts, decision)}`],
    ["Account", accountText(facts, names)],
    [
      "Open deals",
      list(
        "; ",
        facts.opportunities
          .slice(0, 3)
          .map((deal) => list(", ", [quoted(deal.name), labelled("stage ", clean(deal.stage))])),
      ),
    ],
    ["Earlier owner", earlierOwner(input)],
  ];
  return lines.filter(([, text]) => text !== "");
}

function whatTheyDid({ facts, due }: TaskTextInput): string {
  const when = localTime(field(facts, "conversionAt"), due.timeZone);
  const lastActive = localTime(field(facts, "engagedAt"), due.timeZone);
  const source = list(", ", [inWords(field(facts, "source")), field(facts, "sourceDetail")]);
  return list("; ", [
    `${labelled("filled in ", quoted(facts.lead.fields.conversion))}${labelled(" on ", when)}`,
    labelled("came through ", source),
    labelled("first page ", field(facts, "firstPage")),
    labelled("last page ", field(facts, "lastPage")),
    labelled("page views: ", field(facts, "pageViews")),
    lastActive === when ? "" : labelled("last active ", lastActive),
  ]);
}

const scoreOf = (facts: LeadFacts, decision: Decision): string => {
  const own = ownScoreOf(decision);
  if (own !== null) return ` (score ${own.score}: fit ${own.fit}, engagement ${own.engagement})`;
  const score = field(facts, "score");
  return score === "" ? "" : ` (score ${score})`;
};

function tierReason({ trace }: Decision): string {
  const tier = trace.find((step) => step.step === "tier");
  return meaningOf(tier?.because ?? "no-tier-rule");
}

function accountText({ match, suggested }: LeadFacts, names: Names): string {
  if (match === null) return suggested === undefined ? "" : suggestionInWords(suggested);
  const { account } = match;
  return list(", ", [
    clean(account.name) || `account ${account.id}`,
    account.isCustomer ? "a customer" : "not a customer yet",
    labelled("employees: ", clean(account.employees)),
    account.ownerId === null ? "" : `owner ${ownerName(names, account.ownerId)}`,
  ]);
}

/** Before whoever has the lead now: to them it would say that they have had it before, which is told as the reason. */
function earlierOwner({ facts: { ownerHistory, earlierAssignment, lead }, decision, names }: TaskTextInput): string {
  const owners = [lead.ownerId, ...ownerHistory.map(({ ownerId }) => ownerId), earlierAssignment?.repId ?? null];
  const last = owners.find((ownerId) => ownerId !== null && ownerId !== ownerOf(decision.outcome));
  return last === undefined || last === null ? "" : ownerName(names, last);
}

const dueText = ({ due }: TaskTextInput): string => `${localTime(due.at, due.timeZone)} (${due.timeZone})`;

const staysWithOwner = ({ outcome }: Decision): boolean => outcome.kind === "assigned" && keepsWhenLate(outcome.stage);

const firstTouchDue = ({ due }: TaskTextInput): Line[] => [
  [
    "Do now",
    `call or write by ${localTime(due.at, due.timeZone)} (${due.timeZone}). A logged call, e-mail or meeting stops the clock, and so does completing this task.`,
  ],
];

const dueLines: Readonly<Record<TaskTemplate, (input: TaskTextInput) => Line[]>> = {
  "first-touch": firstTouchDue,
  reassigned: firstTouchDue,
  "over-capacity": () => [
    ["Do now", "see whether they can keep all of it; you are told once, not with each lead after this one"],
  ],
  "owner-away": () => [["Do now", "nothing until you are back"]],
  "channel-conflict": () => [["Do now", "decide between you who talks to them"]],
  "breach-manager": (input) =>
    staysWithOwner(input.decision)
      ? [["Do now", `decide who follows up, by ${dueText(input)}`]]
      : [["Do now", "nothing, unless you want to step in"]],
  unrouted: (input) => [["Do now", `give it to somebody, by ${dueText(input)}`]],
};

function linkLine({ lead, trace }: TaskTextInput["links"]): string[] {
  const anchor = (url: string | null, text: string): string[] =>
    url !== null && /^https?:\/\//.test(url) ? [`<a href="${escapeHtml(url)}">${text}</a>`] : [];
  const links = [...anchor(lead, "Open the lead"), ...anchor(trace, "How this was decided")];
  return links.length === 0 ? [] : [links.join(" · ")];
}

const clean = (text: string | null | undefined): string => cleanText(text ?? "");

const field = (facts: LeadFacts, name: string): string =>
  Object.hasOwn(facts.lead.fields, name) ? clean(facts.lead.fields[name]) : "";

const list = (separator: string, parts: readonly string[]): string =>
  parts.filter((part) => part !== "").join(separator);

/** CRMs name sources in constants: ORGANIC_SEARCH. */
const inWords = (text: string): string => (/^[A-Z_]+$/.test(text) ? text.toLowerCase().replaceAll("_", " ") : text);

const labelled = (label: string, text: string): string => (text === "" ? "" : `${label}${text}`);

const quoted = (text: string | null | undefined): string => {
  const shown = clean(text);
  return shown === "" ? "" : `“${shown}”`;
};

const personOf = (facts: LeadFacts): string =>
  list(" ", [field(facts, "firstName"), field(facts, "lastName")]) || field(facts, "email") || `lead ${facts.lead.id}`;

const companyOf = (facts: LeadFacts): string => field(facts, "company") || clean(facts.match?.account.name);

const companySuffix = (facts: LeadFacts): string => labelled(", ", companyOf(facts));
