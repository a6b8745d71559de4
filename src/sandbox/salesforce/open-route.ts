import type { Answer, Received } from "../http.ts";

/** A request to an endpoint that knows who calls by other means than the Authorization header of REST. */
export type OpenCall = Received & { params: Record<string, string> };

/** Login, identity and SOAP. */
export type OpenRoute = {
  method: "GET" | "POST";
  paths: string[];
  handle(call: OpenCall): Answer | Promise<Answer>;
};
