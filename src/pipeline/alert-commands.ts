import { endedWhenSeen } from "../operator/alert-advice.ts";
import { type Command, command } from "./command.ts";
import { endSeenAlerts } from "./end-seen-alerts.ts";
import { listAlerts } from "./list-alerts.ts";

const mostAlerts = 1_000;

/** Of the commands those on alerts. */
export const alertCommands = {
  alerts: command({}, async (db) => {
    const lines = await listAlerts(db.query, mostAlerts);
    return lines.length === 0 ? ["No alert is open."] : lines;
  }),
  "alerts-seen": command({}, async (db, _input, at) => {
    const count = await endSeenAlerts(db, at);
    return [`${count} ${count === 1 ? "alert" : "alerts"} of the kinds ${endedWhenSeen.join(", ")} ended.`];
  }),
} satisfies Record<string, Command>;
