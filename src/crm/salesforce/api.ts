import type { z } from "zod";
import { CrmError } from "../../errors.ts";
import { createCaller } from "../caller.ts";
import type { Access, ConnectOptions, Pay, TokenSource } from "../crm.ts";
import { type Report, ThrottleClosed, type Told } from "../throttle.ts";
import { type Answer, errorOf, surprise } from "./errors.ts";
import type { Request, Transport } from "./transport.ts";

/** Sends one request of a connection and gives its answer's body in the wanted shape. Throws CrmError. */
export type Api = <T>(request: Request, shape: z.ZodType<T>, pay: Pay) => Promise<T>;

/** What a connection's calls need. */
export type ApiOptions = Pick<ConnectOptions, "tokens" | "throttle" | "now">;

/** Calls in this connection's name. */
export function createApi(transport: Transport, { tokens, throttle, now }: ApiOptions): Api {
  const ownTokens: TokenSource = {
    get: () => accessOf(() => tokens.get()),
    renew: (rejected) => accessOf(() => tokens.renew(rejected)),
    refreshToken: () => tokens.refreshToken(),
  };
  const inItsName = createCaller({ throttle, tokens: ownTokens });
  return (request, shape, pay) =>
    inItsName(pay, async (access, report) => {
      const answer = await transport(request, access);
      return readAnswer(request, answer, { shape, report, now: now() });
    });
}

/**
 * The access that a source of tokens gives; when it gives none, the permit goes back. Throws CrmError `unavailable`, since nothing
 * was sent, whatever became of a refresh; `unauthorized-final` when the grant is gone; ThrottleClosed.
 */
export async function accessOf(ask: () => Promise<Access>, { permit }: Partial<Pay> = {}): Promise<Access> {
  try {
    return await ask();
  } catch (error) {
    permit?.release();
    if (error instanceof ThrottleClosed) throw error;
    const known = error instanceof CrmError ? error : null;
    if (known?.kind === "unauthorized-final") throw error;
    const { retryAt } = known ?? {};
    const details = { cause: error, ...(retryAt === undefined ? {} : { retryAt }) };
    throw new CrmError("unavailable", "Nothing was sent to Salesforce: no access token was to be had.", details);
  }
}

type Reading<T> = { shape: z.ZodType<T>; report: Report; now: Date };

function readAnswer<T>(request: Request, answer: Answer, { shape, report, now }: Reading<T>): T {
  report(usageOf(answer));
  const parsed = shape.safeParse(answer.body);
  const isGood = answer.status < 300 || (answer.status === request.partlyFailedAs && parsed.success);
  if (!isGood) throw errorOf(request, answer, now);
  if (!parsed.success) throw surprise(request, answer.status);
  return parsed.data;
}

/** How much of the org's day is used, as each answer tells (salesforce.md §3.1). */
function usageOf({ headers }: Answer): Told {
  const [, used, limit] = /(?:^|; ?)api-usage=(\d+)\/(\d+)/.exec(headers["sforce-limit-info"] ?? "") ?? [];
  return used === undefined || limit === undefined ? {} : { day: { used: Number(used), limit: Number(limit) } };
}
