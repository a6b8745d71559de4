import type { OpenCall } from "../open-route.ts";
import type { SalesforceState } from "../state.ts";

/** A request to the token endpoint. */
export type TokenCall = { state: SalesforceState; call: OpenCall; form: URLSearchParams };
