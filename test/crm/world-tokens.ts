import type { Crm, TokenSource } from "../../src/crm/crm.ts";
import type { Tokens } from "../../src/model/connection.ts";

/** The tokens of one connection in memory, refreshed once for all who ask; `refreshes` counts. */
export function tokensOf(
  crm: Pick<Crm, "refreshTokens">,
  now: () => Date,
  first: Tokens,
): { tokens: TokenSource; held: () => Tokens; refreshes: () => number } {
  let held = first;
  let count = 0;
  let refreshing: Promise<void> | null = null;
  const access = () => ({ token: held.accessToken, instanceUrl: held.instanceUrl ?? null });
  async function refresh(): Promise<void> {
    count += 1;
    held = await crm.refreshTokens(held, now());
  }
  const tokens: TokenSource = {
    get: async () => access(),
    async renew(rejected) {
      if (held.accessToken !== rejected) return access();
      refreshing ??= refresh().finally(() => {
        refreshing = null;
      });
      await refreshing;
      return access();
    },
    refreshToken: async () => held.refreshToken,
  };
  return { tokens, held: () => held, refreshes: () => count };
}

/** Whoever waits gets the sandbox's clock moved to his moment, so that no test sleeps. */
export function jumpingTimer(clock: { advance(ms: number): void }) {
  return (ms: number, run: () => void) => {
    let isCancelled = false;
    setImmediate(() => {
      if (isCancelled) return;
      clock.advance(Math.ceil(ms));
      run();
    });
    return () => {
      isCancelled = true;
    };
  };
}
