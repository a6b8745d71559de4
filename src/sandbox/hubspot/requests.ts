import type { LoggedRequest, RequestLog } from "../request-log.ts";

/** Whose request it was; null of one without a token that is known. */
type Caller = { portalId: number | null; appId: number | null };

export type RequestEntry = LoggedRequest<Caller>;

export type HubspotRequests = RequestLog<Caller>;
