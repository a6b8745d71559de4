import * as http from "node:http";
import * as https from "node:https";

export type PostResult = { status: number | null; error: string | null };

export type Post = {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Starts the limit for the whole exchange and answers with what cancels it. */
  limit: (expire: () => void) => () => void;
};

export type Poster = { post(request: Post): Promise<PostResult>; close(): void };

/** Posts over kept-alive connections. Never rejects: whatever goes wrong is the result's `error`. */
export function createPoster(): Poster {
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  return {
    post: (request) => send(agents, request),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

type Agents = { http: http.Agent; https: https.Agent };

function send(agents: Agents, { url, headers, body, limit }: Post): Promise<PostResult> {
  return new Promise((resolve) => {
    const options = { method: "POST", headers: { ...headers, "content-length": String(Buffer.byteLength(body)) } };
    const request = url.startsWith("https:")
      ? https.request(url, { ...options, agent: agents.https })
      : http.request(url, { ...options, agent: agents.http });
    let expired = false;
    const stopLimit = limit(() => {
      expired = true;
      request.destroy(new Error("timeout"));
    });
    const fail = (error: Error & { code?: string }) => {
      stopLimit();
      resolve({ status: null, error: expired ? "timeout" : (error.code ?? error.message) });
    };
    request.on("error", fail);
    request.on("response", (response) => {
      response.on("error", fail);
      // The answer counts only when all of it came in time (hubspot.md §1.4).
      response.on("end", () => {
        stopLimit();
        resolve({ status: response.statusCode ?? null, error: null });
      });
      response.resume();
    });
    request.end(body);
  });
}
