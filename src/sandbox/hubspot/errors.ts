import type { Answer } from "../http.ts";
import { HubspotError } from "./portal.ts";

/** HubSpot's error body (hubspot.md §3.3): `status`, `message`, `correlationId`, then what the error brings along. */
export function errorAnswer(error: HubspotError, correlationId: string): Answer {
  return { status: error.status, body: { status: "error", correlationId, ...error.body } };
}

/** An unknown path or version (hubspot.md §3.3, 404 without a category; §9 "unknown version/path"). */
export function unknownPath(): HubspotError {
  return new HubspotError(404, { message: "resource not found" });
}

/** No or an unknown bearer token. */
export function invalidAuthentication(): HubspotError {
  return new HubspotError(401, {
    message:
      "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
    category: "INVALID_AUTHENTICATION",
  });
}

/** A token whose time is over; `expiredAt` and `now` in epoch ms. */
export function expiredAuthentication(expiredAt: number, now: number): HubspotError {
  const seconds = Math.max(0, Math.floor((now - expiredAt) / 1000));
  return new HubspotError(401, {
    message: `The OAuth token used to make this call expired ${seconds} second(s) ago.`,
    category: "EXPIRED_AUTHENTICATION",
    context: { "expire time": [new Date(expiredAt).toISOString()] },
  });
}

/** None of `scopes` was granted; any one of them would do. */
export function missingScopes(scopes: string[]): HubspotError {
  return new HubspotError(403, {
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    category: "MISSING_SCOPES",
    errors: [
      {
        message: "One or more of the following scopes are required.",
        context: { requiredGranularScopes: scopes },
      },
    ],
    links: { scopes: "https://developers.hubspot.com/scopes" },
  });
}

export type LimitPolicy = "TEN_SECONDLY_ROLLING" | "SECONDLY" | "DAILY";

const limitMessages: Record<LimitPolicy, string> = {
  TEN_SECONDLY_ROLLING: "You have reached your ten_secondly_rolling limit.",
  SECONDLY: "You have reached your secondly limit.",
  DAILY: "You have reached your daily limit.",
};

/** The 429 body of hubspot.md §3.1; `requestId` beside the correlation id. */
export function limitReached(policyName: LimitPolicy, requestId: string): HubspotError {
  return new HubspotError(429, { message: limitMessages[policyName], errorType: "RATE_LIMIT", policyName, requestId });
}

/** hubspot.md §3.3: what a refusal is called. */
const categories: Readonly<Partial<Record<number, string>>> = {
  400: "VALIDATION_ERROR",
  403: "MISSING_SCOPES",
  404: "OBJECT_NOT_FOUND",
  409: "CONFLICT",
};

/** An answer of any status that the handler did not give: "not now", "broken here", or a refusal as HubSpot words it. */
export function serviceError(status: number): HubspotError {
  const messages: Record<number, string> = {
    423: "Too many writes to the same records: they are locked for 2 seconds.",
    477: "This account is being moved between HubSpot data centers.",
  };
  const category = categories[status];
  const message = messages[status] ?? "internal error";
  return new HubspotError(status, category === undefined ? { message } : { message, category });
}
