import type { Answer, Received } from "../http.ts";
import type { Call, Route } from "./portal.ts";

/** A request to an endpoint without a bearer token. */
export type OpenCall = Received & { params: Record<string, string>; version: Call["version"] };

/** One OAuth endpoint under every path that serves it. */
export type OpenRoute = Pick<Route, "method" | "paths"> & { handle(call: OpenCall): Answer };
