/** A request as handlers see it: they have never heard of a web framework. */
export type WebRequest = {
  method: string;
  /** Path and query exactly as received. */
  target: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Empty on routes that take none. */
  body: Uint8Array;
  /** The address at the other end of the socket; no header can change it. */
  peer: string;
};

/** At most one of `json`, `html`, `text` and `lines`. */
export type WebAnswer = {
  status: number;
  headers?: Readonly<Record<string, string>>;
  json?: unknown;
  html?: string;
  text?: string;
  /** Values that are sent as they come, each as JSON on a line of its own. */
  lines?: AsyncIterable<unknown>;
};

/**
 * signed: the handler proves the sender by a signature · operator: from this machine, or with the operator's token ·
 * internal: from this machine, with the token of the data directory.
 */
export type Access = "anyone" | "signed" | "operator" | "internal";

export type Route = {
  method: "GET" | "POST";
  path: string;
  access: Access;
  handler: (request: WebRequest) => Promise<WebAnswer>;
};
