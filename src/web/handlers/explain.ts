import type { Deps } from "../../deps.ts";
import { explainLead } from "../../pipeline/explain-lead.ts";
import { errorAnswer } from "../error-answer.ts";
import { isLoopback, isSecret } from "../proof.ts";
import type { Route } from "../route.ts";

/**
 * The decision trace of a lead for `baton explain`, which cannot open the embedded database while this process has it.
 * Only for who can read the token in the data directory: the answer holds what the lead's record said.
 */
export function explainHandler(deps: Pick<Deps, "db">, token: string): Route["handler"] {
  return async (request) => {
    if (!isLoopback(request.peer) || !isSecret(String(request.headers.authorization ?? ""), `Bearer ${token}`))
      return notFound;
    const lines = await explainLead(deps, request.params.lead ?? "");
    return { status: 200, json: { lines } };
  };
}

// The same as for an address that does not exist: strangers learn nothing.
const notFound = errorAnswer(404, "not-found", "There is nothing at this address.");
