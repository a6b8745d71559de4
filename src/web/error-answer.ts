import type { WebAnswer } from "./route.ts";

/** The one shape of every error body. `message` says what happened and what to do; nothing of a lead or a token. */
export function errorAnswer(status: number, code: string, message: string): WebAnswer {
  return { status, json: { error: { code, message } } };
}

/** An error that passes: the sender may try again after so many seconds. */
export function retryAnswer(code: string, message: string, seconds: number): WebAnswer {
  return { ...errorAnswer(503, code, message), headers: { "retry-after": String(seconds) } };
}
