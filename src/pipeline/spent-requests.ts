import { accountName } from "../crm/account-name.ts";
import type { DayState } from "../crm/day-pot.ts";
import type { Deps } from "../deps.ts";
import { raiseAlert, resolveAlert } from "../store/alerts.ts";
import type { Link } from "./workspace.ts";

/** What of the day's calls is used up. Each has an alert of its own, as an open one does not change its words. */
type Stage = {
  name: "all" | "others" | "account";
  used: number;
  limit: number;
  isSpent: boolean;
  comesBackMs: number;
  says(figures: { account: string; at: string }): string;
};

/** So much of a limit has to be free again before its alert ends: calls come back a few at a time. */
const endsBelow = 0.95;

/** Tells that the calls of a connection's day are used up: which, who waits for it, and when the first come back. */
export async function alertSpentRequests(
  deps: Pick<Deps, "db" | "now">,
  { connection, throttle }: Pick<Link, "connection" | "throttle">,
): Promise<void> {
  const { day } = throttle.state();
  if (day === null) return;
  const { id: connectionId, workspaceId } = connection;
  const now = deps.now();
  const stages = stagesOf(day);
  for (const stage of stages) {
    const subjectId = stage.name === "all" ? connectionId : `${connectionId}|${stage.name}`;
    const alert = { workspaceId, kind: "requests-spent" as const, subjectId };
    // The graver one says it all.
    const isTold = stages.some((other) => other.isSpent && stages.indexOf(other) < stages.indexOf(stage));
    if (isTold || stage.used < stage.limit * endsBelow) await resolveAlert(deps.db.query, alert, now.toISOString());
    else if (stage.isSpent)
      await raiseAlert(deps.db.query, {
        ...alert,
        connectionId,
        message: stage.says({
          account: accountName(connection),
          at: new Date(now.getTime() + stage.comesBackMs).toISOString(),
        }),
        whatToDo:
          "What waits is kept and worked then. Raise `share` of `requests` in the policy if the account's other apps leave more, get more calls from the CRM, or look which other app spends them.",
        raisedAt: now.toISOString(),
      });
  }
}

/** The gravest first. */
function stagesOf({ used, limit, urgent, account, waitMs }: DayState): Stage[] {
  const common = limit - urgent;
  const [allMs, othersMs] = [waitMs["owner-write"], waitMs.sync];
  const share = `the ${limit} calls that the policy leaves it of ${account.limit} in 24 hours`;
  return [
    {
      ...{ name: "all", used, limit, isSpent: used >= limit, comesBackMs: allMs },
      says: ({ account: name, at }) =>
        `Baton has made ${share} in ${name}: no lead gets an owner and nothing is read before ${at}, when the first of them come back.`,
    },
    {
      ...{ name: "others", used, limit: common, isSpent: used >= common, comesBackMs: othersMs },
      says: ({ account: name, at }) =>
        `Baton has made ${common} of ${share} in ${name}. The last ${urgent} are kept for owners: all else waits until ${at}, when the first of them come back.`,
    },
    {
      ...{ name: "account", used: account.used, limit: account.limit * accountShort, comesBackMs: othersMs },
      isSpent: account.used >= account.limit * accountShort,
      says: ({ account: name, at }) =>
        `All apps together have made ${account.used} of the ${account.limit} calls that ${name} allows in 24 hours, Baton ${used} of them. Leads get their owners; nothing is searched for or listed before ${at}, when the CRM is asked again.`,
    },
  ];
}

/** As in the pot: searches and lists give way from there on. */
const accountShort = 0.85;
