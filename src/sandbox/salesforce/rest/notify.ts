import type { Answer } from "../../http.ts";
import { isId, to18 } from "../ids.ts";
import { type Org, tableOf } from "../org.ts";
import type { SentNotification } from "../sandbox-org.ts";
import { bodyOf, type Call, isRecord, type Route } from "./call.ts";

/** Custom notifications: bell and push (salesforce.md §4.7). */
export const notifyRoutes: readonly Route[] = [
  { method: "POST", paths: ["/actions/standard/customNotificationAction"], handle: notify },
  {
    method: "GET",
    paths: ["/actions/standard/customNotificationAction"],
    handle: () => ({
      status: 200,
      body: { name: "customNotificationAction", type: "CUSTOMNOTIFICATIONACTION", inputs },
    }),
  },
];

const inputs = ["customNotifTypeId", "recipientIds", "title", "body", "senderId", "targetId", "targetPageRef"].map(
  (name) => ({ name, required: ["customNotifTypeId", "recipientIds", "title", "body"].includes(name) }),
);

const mostRecipients = 500;
const longestTitle = 250;
const longestBody = 750;
/** Stands for "no target". */
const noTarget = "000000000000000AAA";

type Outcome = { sent: readonly SentNotification[] } | { statusCode: string; message: string };

/** Each input has its own fate. */
function notify(call: Call): Answer {
  const { inputs: given } = bodyOf(call);
  const list: unknown[] = Array.isArray(given) ? given : [];
  const outcomes = list.map((input) => outcomeOf(call, isRecord(input) ? input : {}));
  call.unit.afterwards(() => {
    for (const outcome of outcomes) if ("sent" in outcome) call.org.notifications.push(...outcome.sent);
  });
  const isAllGood = outcomes.length > 0 && outcomes.every((outcome) => "sent" in outcome);
  return { status: isAllGood ? 200 : 400, body: outcomes.map(resultOf) };
}

function resultOf(outcome: Outcome): Record<string, unknown> {
  const isSuccess = "sent" in outcome;
  const outputValues = isSuccess ? { SuccessMessage: "Your custom notification is processed successfully." } : null;
  return { actionName: "customNotificationAction", errors: isSuccess ? null : [outcome], isSuccess, outputValues };
}

function outcomeOf({ org, userId }: Call, input: Record<string, unknown>): Outcome {
  const { customNotifTypeId, recipientIds, title, body, targetId, targetPageRef } = input;
  const refuse = (statusCode: string, message: string): Outcome => ({ statusCode, message });
  if (!org.permissionsOf(userId).sendCustomNotifications)
    return refuse(
      "INSUFFICIENT_ACCESS",
      "You need the Send Custom Notifications permission to send custom notifications.",
    );
  for (const name of ["customNotifTypeId", "title", "body"])
    if (typeof input[name] !== "string" || input[name] === "")
      return refuse("REQUIRED_FIELD_MISSING", `Missing required input parameter: ${name}`);
  if (!Array.isArray(recipientIds) || recipientIds.length === 0)
    return refuse("REQUIRED_FIELD_MISSING", "Missing required input parameter: recipientIds");
  if (recipientIds.length > mostRecipients)
    return refuse("LIMIT_EXCEEDED", `A custom notification can have at most ${mostRecipients} recipients.`);
  if (targetId === undefined && targetPageRef === undefined)
    return refuse("REQUIRED_FIELD_MISSING", "Either targetId or targetPageRef is required.");
  const typeId = to18(String(customNotifTypeId));
  if (!isId(typeId) || tableOf(org, "CustomNotificationType").get(typeId) === undefined)
    return refuse("INVALID_CROSS_REFERENCE_KEY", `There is no custom notification type ${String(customNotifTypeId)}.`);
  if (String(title).length > longestTitle || String(body).length > longestBody)
    return refuse("STRING_TOO_LONG", `The title may have ${longestTitle} characters, the body ${longestBody}.`);
  // The cap is of the org, by the hour (salesforce.md §4.7); under which code it refuses is a guess.
  if (!org.bells.take()) return refuse("LIMIT_EXCEEDED", "The hourly limit of custom notification actions is reached.");
  const target = typeof targetId === "string" && targetId !== noTarget ? to18(targetId) : null;
  const people = new Set(recipientIds.flatMap((id) => usersBehind(org, to18(String(id)), new Set())));
  const message = { at: org.clock.now(), typeId, title: String(title), body: String(body), targetId: target };
  return { sent: [...people].map((recipientId) => ({ ...message, recipientId })) };
}

/**
 * Who stands behind a recipient: a user, the members of a queue or group, the team of an account. Those who left are passed
 * over silently. `seen`: groups may have each other as members.
 */
function usersBehind(org: Org, id: string, seen: Set<string>): string[] {
  if (seen.has(id)) return [];
  seen.add(id);
  const user = tableOf(org, "User").get(id);
  if (user !== undefined) return user.IsActive === true ? [id] : [];
  return teams.flatMap(({ object, of, member }) =>
    [...(org.tables.get(object)?.withValues(of, [id]) ?? [])]
      .filter((row) => row.IsDeleted !== true)
      .flatMap((row) => usersBehind(org, String(row[member]), seen)),
  );
}

const teams = [
  { object: "GroupMember", of: "GroupId", member: "UserOrGroupId" },
  { object: "AccountTeamMember", of: "AccountId", member: "UserId" },
];
