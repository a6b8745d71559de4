import type { Deps } from "../../deps.ts";
import { answerCommand, isCommandName } from "../../pipeline/commands.ts";
import type { ReportDeps } from "../../pipeline/report.ts";
import { answerReport, isReportName } from "../../pipeline/reports.ts";
import { errorAnswer } from "../error-answer.ts";
import { isLoopback, isSecret } from "../proof.ts";
import type { Route } from "../route.ts";

/**
 * A command of this machine's command line, which cannot open the embedded database while this process has it. Only for
 * who can read the token in the data directory: whoever can reads the database beside it as well.
 */
export function commandHandler(deps: ReportDeps & Pick<Deps, "now">, token: string): Route["handler"] {
  return async (request) => {
    const name = request.params.name ?? "";
    const isOurs = isLoopback(request.peer) && isSecret(String(request.headers.authorization ?? ""), `Bearer ${token}`);
    if (!isOurs || !(isCommandName(name) || isReportName(name))) return notFound;
    const body = Buffer.from(request.body).toString("utf8");
    const at = deps.now().toISOString();
    const answer = await (isReportName(name)
      ? answerReport(deps, name, body, at)
      : answerCommand(deps.db, name, body, at));
    if (answer.kind === "done") return { status: 200, json: { lines: answer.lines } };
    if (answer.kind === "saying") return { status: 200, lines: answer.said };
    return answer.kind === "refused" ? errorAnswer(409, "refused", answer.message) : notUnderstood;
  };
}

const notUnderstood = errorAnswer(
  400,
  "not-understood",
  "The command is another version's: use the one that belongs to the server.",
);

// The same as for an address that does not exist: strangers learn nothing.
const notFound = errorAnswer(404, "not-found", "There is nothing at this address.");
