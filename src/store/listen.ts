import type { Client } from "pg";

export type Listener = {
  listen(channel: string, onWake: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

const firstWaitMs = 100;
const longestWaitMs = 5_000;

/**
 * LISTEN on one connection of its own, which is opened at the first use and again whenever it breaks. After each
 * reconnection every listener is woken once: what was sent meanwhile is lost.
 */
export function listenOn(createClient: () => Client): Listener {
  const channels = new Map<string, Set<() => void>>();
  let current: Promise<Client> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  function wake(channel: string): void {
    for (const onWake of channels.get(channel) ?? []) onWake();
  }

  async function connect(): Promise<Client> {
    const client = createClient();
    let isReady = false;
    client.on("notification", ({ channel }) => wake(channel));
    client.on("error", () => undefined); // "end" follows, and is what we act on
    client.once("end", () => {
      if (isReady) reconnect(firstWaitMs);
    });
    await client.connect();
    for (const channel of channels.keys()) await client.query(`listen ${quote(channel)}`);
    isReady = true;
    return client;
  }

  async function open(): Promise<Client> {
    current ??= connect();
    try {
      return await current;
    } catch (error) {
      current = null;
      throw error;
    }
  }

  function reconnect(waitMs: number): void {
    current = null;
    if (closed) return;
    retry = setTimeout(async () => {
      try {
        await open();
        for (const channel of channels.keys()) wake(channel);
      } catch {
        // The server is still away: the poll of every listener carries on meanwhile.
        reconnect(Math.min(waitMs * 2, longestWaitMs));
      }
    }, waitMs);
    retry.unref();
  }

  return {
    async listen(channel, onWake) {
      const known = channels.get(channel);
      const wakes = known ?? new Set();
      wakes.add(onWake);
      channels.set(channel, wakes);
      const client = await open();
      if (known === undefined) await client.query(`listen ${quote(channel)}`);
      return async () => {
        wakes.delete(onWake);
      };
    },
    async close() {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      await current?.then(
        (client) => client.end(),
        () => undefined, // it never opened
      );
    },
  };
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
