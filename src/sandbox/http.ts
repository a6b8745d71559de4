import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";

/** A request as it came over the wire. */
export type Received = {
  method: string;
  path: string;
  query: URLSearchParams;
  /** By name in small letters. */
  headers: IncomingHttpHeaders;
  authorization: string | undefined;
  /** Lower case, without parameters. */
  contentType: string;
  text: string;
};

/** `body`: a text together with a content type is sent as it is, all else as JSON; none: nothing. */
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

const largestBody = 20 * 1024 * 1024;

/** Reads a request to its end; null when the caller hung up or sent more than 20 MB. */
export async function receive(request: IncomingMessage): Promise<Received | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size > largestBody) return null;
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  const [path = "/", ...query] = (request.url ?? "/").split("?");
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query.join("?")),
    headers: request.headers,
    authorization: request.headers.authorization,
    contentType: (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "",
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

/** What the request log keeps of a body. */
export function readableBody({ contentType, text }: Received): unknown {
  if (text === "") return undefined;
  if (contentType === "application/x-www-form-urlencoded") return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Writes an answer. With `truncate` the connection breaks after half of the body that was announced. */
export function send(
  response: ServerResponse,
  answer: Answer,
  options: { truncate: boolean } = { truncate: false },
): void {
  const body = answer.body === undefined ? "" : bodyText(answer);
  const bytes = Buffer.from(body);
  const headers: Record<string, string | number> = { ...answer.headers };
  if (answer.body !== undefined) {
    headers["Content-Type"] ??= "application/json;charset=utf-8";
    headers["Content-Length"] = bytes.length;
  }
  response.writeHead(answer.status, headers);
  if (!options.truncate) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

function bodyText({ body, headers }: Answer): string {
  const isText = typeof body === "string" && headers?.["Content-Type"] !== undefined;
  return isText ? body : JSON.stringify(body);
}
