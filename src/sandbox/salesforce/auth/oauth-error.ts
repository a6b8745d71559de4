import type { Answer } from "../../http.ts";
import { type ErrorEntry, RefusedAnswer } from "../errors.ts";

/** What the OAuth endpoints refuse: 400 but where a client does not prove itself by header (salesforce.md §2.3). */
export function oauthError(error: string, description: string, status = 400): RefusedAnswer {
  return new RefusedAnswer(oauthRefusal(status, { errorCode: error, message: description }));
}

/** An outage or a fault as the OAuth endpoints tell it. */
export function oauthRefusal(status: number, { errorCode, message }: ErrorEntry): Answer {
  return { status, body: { error: errorCode, error_description: message } };
}
