import type { z } from "zod";
import { createCaller } from "../caller.ts";
import type { ConnectOptions, Pay } from "../crm.ts";
import type { Report } from "../throttle.ts";
import type { Answer } from "./answers.ts";
import { errorOf, surprise } from "./errors.ts";
import type { Request, Transport } from "./transport.ts";

/** Sends one request of a connection and gives its answer's body in the wanted shape. Throws CrmError. */
export type Api = <T>(request: Omit<Request, "token">, shape: z.ZodType<T>, pay: Pay) => Promise<T>;

/** What a connection's calls need. */
export type ApiOptions = Pick<ConnectOptions, "tokens" | "throttle" | "now" | "timeZone">;

/** Calls in this connection's name. */
export function createApi(transport: Transport, options: ApiOptions): Api {
  const inItsName = createCaller(options);
  return (request, shape, pay) =>
    inItsName(pay, async ({ token }, report) =>
      readAnswer(await send(transport, { ...request, token }, { report, options }), request, shape),
    );
}

async function send(
  transport: Transport,
  request: Request,
  { report, options }: { report: Report; options: ApiOptions },
): Promise<Answer> {
  const answer = await transport(request);
  const remaining = Number(answer.headers.get("x-hubspot-ratelimit-remaining") ?? Number.NaN);
  report(Number.isInteger(remaining) ? { remaining } : {});
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw errorOf(request, answer, { now: options.now(), timeZone: options.timeZone });
}

function readAnswer<T>({ status, body }: Answer, request: Omit<Request, "token">, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  throw surprise(request, status);
}
