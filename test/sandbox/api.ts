/**
 * The answer of a call. `body` is parsed JSON, `undefined` for none, the text when it is not JSON.
 * `text("results.0.id")` reads one value of it as text, `list("results")` an array; both throw when it is not there.
 */
export type Reply = {
  status: number;
  headers: Headers;
  body: unknown;
  text(path: string): string;
  list(path: string): unknown[];
};
export type Api = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** Calls below `url` as the bearer of `token`; null: as nobody. */
export function callApi(url: string, token: string | null): Api {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return toReply(response);
  };
}

/** Reads a response to its end. */
export async function toReply(response: Response): Promise<Reply> {
  const body = readBody(await response.text());
  return {
    status: response.status,
    headers: response.headers,
    body,
    text(path) {
      const value = valueAt(body, path);
      if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
      throw new Error(`No text at ${path} in ${JSON.stringify(body)}`);
    },
    list(path) {
      const value = valueAt(body, path);
      if (Array.isArray(value)) return value;
      throw new Error(`No list at ${path} in ${JSON.stringify(body)}`);
    },
  };
}

/** The value under a dotted path, undefined when there is none. */
export function valueAt(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const key of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.entries(found).find(([name]) => name === key)?.[1];
  }
  return found;
}

function readBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
