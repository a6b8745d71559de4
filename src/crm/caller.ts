import { CrmError } from "../errors.ts";
import type { Access, ConnectOptions, Pay } from "./crm.ts";
import { call, type Report } from "./throttle.ts";

/** Makes one call in a connection's name. `send` throws CrmErrors only, and reports what the answer says about the limit. */
export type Caller = <T>(pay: Pay, send: (access: Access, report: Report) => Promise<T>) => Promise<T>;

/** Calls with a permit each, the token of the moment, the short retry, and one more round after a 401. */
export function createCaller({ tokens, throttle }: Pick<ConnectOptions, "tokens" | "throttle">): Caller {
  return async (pay, send) => {
    try {
      // Whoever must wait for a refresh does so before a call of the limit is spent.
      await tokens.get();
    } catch (error) {
      pay.permit?.release();
      throw error;
    }
    let used = "";
    const attempt = (turn: Pay) =>
      call(throttle, turn, async (report) => {
        const access = await tokens.get();
        used = access.token;
        return send(access, report);
      });
    try {
      return await attempt(pay);
    } catch (error) {
      if (!(error instanceof CrmError) || error.kind !== "unauthorized") throw error;
      // A 401 is no proof of expiry (reliability.md §3.12). When the new token is refused as well, the grant itself is
      // not gone, or the refresh would have said so: that work is tried again later. One round, for an API may refuse each new token.
      await tokens.renew(used);
      return attempt({ lane: pay.lane });
    }
  };
}
