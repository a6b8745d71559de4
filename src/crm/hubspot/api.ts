import type { z } from "zod";
import { CrmError } from "../../errors.ts";
import type { ConnectOptions, Pay } from "../crm.ts";
import { call, type Report } from "../throttle.ts";
import type { Answer } from "./answers.ts";
import { errorOf, surprise } from "./errors.ts";
import type { Request, Transport } from "./transport.ts";

/** Sends one request of a connection and gives its answer's body in the wanted shape. Throws CrmError. */
export type Api = <T>(request: Omit<Request, "token">, shape: z.ZodType<T>, pay: Pay) => Promise<T>;

/** What a connection's calls need. */
export type ApiOptions = Pick<ConnectOptions, "tokens" | "throttle" | "now" | "timeZone">;

/** Calls in this connection's name: each with a permit, the token of the moment, and one more try after a 401. */
export function createApi(transport: Transport, options: ApiOptions): Api {
  const { tokens, throttle } = options;
  return async (request, shape, pay) => {
    try {
      // Whoever must wait for a refresh does so before a token of the window is spent.
      await tokens.get();
    } catch (error) {
      pay.permit?.release();
      throw error;
    }
    let used = "";
    const attempt = (turn: Pay) =>
      call(throttle, turn, async (report) => {
        used = (await tokens.get()).token;
        return readAnswer(await send(transport, { ...request, token: used }, { report, options }), request, shape);
      });
    try {
      return await attempt(pay);
    } catch (error) {
      if (!(error instanceof CrmError) || error.kind !== "unauthorized") throw error;
      // A 401 is no proof of expiry (reliability.md §3.12). When the new token is refused as well, the grant itself is
      // not gone, or the refresh would have said so: that work is tried again later.
      await tokens.renew(used);
      return attempt({ lane: pay.lane });
    }
  };
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
