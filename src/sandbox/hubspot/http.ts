import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, HubspotError } from "./portal.ts";

/** A request as it came over the wire. */
export type Received = {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  /** Lower case, without parameters. */
  contentType: string;
  text: string;
};

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
    authorization: request.headers.authorization,
    contentType: (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "",
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

/** Parses a JSON body, undefined for none; throws HubSpot's 400 for text that is not JSON. */
export function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new HubspotError(400, {
      message: "Invalid input JSON: the body could not be parsed",
      category: "VALIDATION_ERROR",
    });
  }
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
