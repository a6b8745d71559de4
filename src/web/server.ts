import { createServer, type RequestListener, type Server } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import express, { type NextFunction, type Request, type Response } from "express";
import helmet from "helmet";
import type { Deps } from "../deps.ts";
import { isDatabaseOutage } from "../store/outage.ts";
import { errorAnswer, retryAnswer } from "./error-answer.ts";
import { busy, createIntake, type Intake, type IntakeLimits, usualIntake } from "./intake.ts";
import type { Route, WebAnswer, WebRequest } from "./route.ts";

export type WebServer = {
  /** Where this machine reaches it; no trailing slash. */
  url: string;
  /** Answers these routes from now on; before, a delivery waits for that a moment, and then is told to come back. */
  serve(routes: readonly Route[]): void;
  /** Takes no new connection; resolves when every request is answered, or dropped after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
};

export type SocketLimits = { headersMs: number; requestMs: number; checkMs: number; connections: number };

export type ServerOptions = Pick<Deps, "log" | "metrics" | "monotonic" | "setTimer"> & {
  host: string;
  /** 0: any free port. */
  port: number;
  limits?: SocketLimits;
  intake?: IntakeLimits;
};

// reliability.md S6: a stalled sender holds a socket for seconds, not for ever.
const usualLimits: SocketLimits = { headersMs: 10_000, requestMs: 15_000, checkMs: 2_000, connections: 4_000 };
/** Within the five seconds that a CRM waits for an answer (reliability.md §2). */
const startWaitMs = 3_000;

/** Binds the port at once, so that its address is known before anything is served. Rejects when the port is taken. */
export async function openServer(options: ServerOptions): Promise<WebServer> {
  let router: express.Router | null = null;
  const isDecided = Promise.withResolvers<void>();
  const answer: Handler = (request, response, next) => {
    if (router) router(request, response, next);
    else send(response, retryAnswer("starting", "Baton is starting; try again in a few seconds.", 5));
  };
  const app = createApp(options, (request, response, next) => {
    // The start takes a moment. A delivery waits for it, so that a restart turns no sender away; a probe is told at once.
    if (router || request.method !== "POST") return answer(request, response, next);
    const isOver = Promise.withResolvers<void>();
    const cancel = options.setTimer(startWaitMs, isOver.resolve);
    void Promise.race([isDecided.promise, isOver.promise]).then(() => {
      cancel();
      answer(request, response, next);
    });
  });
  const server = await listen(options, app);
  const intake = createIntake(options.intake ?? usualIntake, options.monotonic);
  return {
    url: urlOf(server),
    serve(routes) {
      router = createRouter(routes, { ...options, take: intake });
      isDecided.resolve();
    },
    async stop(graceMs = 5_000) {
      isDecided.resolve();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cancel = options.setTimer(graceMs, () => server.closeAllConnections());
      let cancelSweep = (): void => undefined;
      // A busy sender's connection is idle for moments only; it would go on until the grace is over.
      const sweep = () => {
        server.closeIdleConnections();
        cancelSweep = options.setTimer(20, sweep);
      };
      sweep();
      await closed;
      cancelSweep();
      cancel();
    },
  };
}

type Handler = (request: Request, response: Response, next: NextFunction) => void;

function createApp(options: ServerOptions, routes: Handler): express.Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("trust proxy", false).set("query parser", false);
  app.enable("strict routing").enable("case sensitive routing");
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      frameguard: { action: "deny" },
    }),
  );
  app.use(routes);
  app.use((_request, response) => send(response, errorAnswer(404, "not-found", "There is nothing at this address.")));
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    send(response, answerTo(error, request, options));
  });
  return app;
}

function createRouter(
  routes: readonly Route[],
  { metrics, take }: Pick<ServerOptions, "metrics"> & { take: Intake },
): express.Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  for (const { method, path, handler } of routes) {
    const end = (response: Response, answer: WebAnswer): Promise<void> | void => {
      metrics.answered(path, answer.status);
      return answer.lines === undefined ? send(response, answer) : sendLines(response, answer.lines);
    };
    if (method === "GET") router.get(path, async (request, response) => end(response, await handler(plain(request))));
    else
      router.post(path, async (request, response) => {
        const answer = await take(request, (body) => handler({ ...plain(request), body }));
        if (answer === busy) metrics.deliveryRefused("busy");
        await end(response, answer);
      });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const served = routes.filter((route) => route.path === path);
    const allow = served.map((route) => route.method);
    // A stranger learns nothing here but that he is one: no other method can be what the CRM signs and sends.
    const isSigned = served.every((route) => route.access === "signed");
    router.all(path, (_request, response) => {
      if (isSigned) return send(response, unsigned(allow));
      const answer = errorAnswer(405, "method-not-allowed", `This address takes ${allow.join(" and ")} only.`);
      send(response, { ...answer, headers: { allow: allow.join(", ") } });
    });
  }
  return router;
}

const unsigned = (allow: readonly string[]): WebAnswer =>
  errorAnswer(401, "no-signature", `Only what the CRM itself sends is taken here, by ${allow.join(" and ")}.`);

function plain(request: Request): WebRequest {
  const search = request.originalUrl.indexOf("?");
  return {
    method: request.method,
    target: request.originalUrl,
    params: Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)])),
    query: new URLSearchParams(search < 0 ? "" : request.originalUrl.slice(search)),
    headers: request.headers,
    body: new Uint8Array(),
    peer: request.socket.remoteAddress ?? "",
  };
}

function send(response: Response, { status, headers, json, html, text }: WebAnswer): void {
  response.status(status).set({ "cache-control": "no-store", ...headers });
  if (json !== undefined) response.type("json").send(JSON.stringify(json));
  else if (html !== undefined) response.type("html").send(html);
  else if (text !== undefined) response.type(headers?.["content-type"] ?? "text").send(text);
  else response.end();
}

/** At the pace of whoever reads; when they are gone, the lines end. */
async function sendLines(response: Response, lines: AsyncIterable<unknown>): Promise<void> {
  response.status(200).set({ "cache-control": "no-store" }).type("application/x-ndjson");
  await pipeline(Readable.from(inLines(lines)), response);
}

async function* inLines(lines: AsyncIterable<unknown>): AsyncGenerator<string, void, undefined> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

const refusals: Readonly<Record<number, WebAnswer>> = {
  400: errorAnswer(400, "bad-request", "The request could not be read; send it again as it was meant."),
};

const failed = errorAnswer(500, "failed", "Baton could not do this; its log says why. Try again later.");
const databaseAway = retryAnswer("database-away", "Baton's database does not take this now; send it again later.", 5);

/** What reading the request may fail with carries a status; anything else is a database that is away or full, or a bug. */
function answerTo(error: unknown, request: Request, { log, metrics }: ServerOptions): WebAnswer {
  const status: unknown = error instanceof Error ? Reflect.get(error, "status") : undefined;
  const refusal = typeof status === "number" ? refusals[status] : undefined;
  const answer = refusal ?? (isDatabaseOutage(error) ? databaseAway : failed);
  if (!refusal) log.error({ error, method: request.method }, "request failed");
  metrics.answered("none", answer.status);
  return answer;
}

function listen({ host, port, limits = usualLimits }: ServerOptions, app: RequestListener): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 16 * 1024,
    },
    app,
  );
  server.maxConnections = limits.connections;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  const isAny = address.address === "0.0.0.0" || address.address === "::";
  if (isAny) return `http://127.0.0.1:${address.port}`;
  return `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}
