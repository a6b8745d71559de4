import { createServer, type RequestListener, type Server } from "node:http";
import express, { type NextFunction, type Request, type Response } from "express";
import helmet from "helmet";
import type { Deps } from "../deps.ts";
import { errorAnswer, retryAnswer } from "./error-answer.ts";
import { busy, createIntake, type Intake, type IntakeLimits, usualIntake } from "./intake.ts";
import type { Route, WebAnswer, WebRequest } from "./route.ts";

export type WebServer = {
  /** Where this machine reaches it; no trailing slash. */
  url: string;
  /** Answers these routes from now on; before, every request is told to come back. */
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

/** Binds the port at once, so that its address is known before anything is served. Rejects when the port is taken. */
export async function openServer(options: ServerOptions): Promise<WebServer> {
  let router: express.Router | null = null;
  const app = createApp(options, (request, response, next) => {
    if (router) router(request, response, next);
    else send(response, retryAnswer("starting", "Baton is starting; try again in a few seconds.", 5));
  });
  const server = await listen(options, app);
  const intake = createIntake(options.intake ?? usualIntake, options.monotonic);
  return {
    url: urlOf(server),
    serve(routes) {
      router = createRouter(routes, { ...options, take: intake });
    },
    async stop(graceMs = 5_000) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const cancel = options.setTimer(graceMs, () => server.closeAllConnections());
      await closed;
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
    const end = (response: Response, answer: WebAnswer): void => {
      metrics.answered(path, answer.status);
      send(response, answer);
    };
    if (method === "GET") router.get(path, async (request, response) => end(response, await handler(plain(request))));
    else
      router.post(path, async (request, response) => {
        const answer = await take(request, (body) => handler({ ...plain(request), body }));
        if (answer === busy) metrics.deliveryRefused("busy");
        end(response, answer);
      });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allow = routes.filter((route) => route.path === path).map((route) => route.method);
    router.all(path, (_request, response) => {
      const answer = errorAnswer(405, "method-not-allowed", `This address takes ${allow.join(" and ")} only.`);
      send(response, { ...answer, headers: { allow: allow.join(", ") } });
    });
  }
  return router;
}

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

const refusals: Readonly<Record<number, WebAnswer>> = {
  400: errorAnswer(400, "bad-request", "The request could not be read; send it again as it was meant."),
};

/** What reading the request may fail with carries a status; anything else is a bug or a database that is away. */
function answerTo(error: unknown, request: Request, { log, metrics }: ServerOptions): WebAnswer {
  const status: unknown = error instanceof Error ? Reflect.get(error, "status") : undefined;
  const refusal = typeof status === "number" ? refusals[status] : undefined;
  const answer = refusal ?? errorAnswer(500, "failed", "Baton could not do this; its log says why. Try again later.");
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
