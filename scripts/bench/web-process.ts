import { fork } from "node:child_process";

/** Where the web server keeps what it takes in; null: nowhere, it answers as if that were done. */
export type WebDatabase = { url: string } | { dataDir: string } | null;

export type WebAsk = { id: number; do: "count" | "empty" };

/** Baton's web server in a process of its own, without a worker that would take up what it stores. */
export type WebProcess = {
  /** Where deliveries are posted; the signature is over this address. */
  url: string;
  /** Events that stand in the inbox; null without a database. */
  count(): Promise<number | null>;
  /** Takes them out, so that every round begins alike. */
  empty(): Promise<void>;
  stop(): Promise<void>;
};

export async function startWeb(database: WebDatabase): Promise<WebProcess> {
  const child = fork(new URL("./web-child.ts", import.meta.url), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let lastId = 0;

  const reply = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const hear = (message: unknown) => {
        const { id: of, value, problem } = message as { id: number; value?: unknown; problem?: string };
        if (of !== id) return;
        child.off("message", hear);
        if (problem === undefined) resolve(value);
        else reject(new Error(`The web server's process failed: ${problem}`));
      };
      child.on("message", hear);
      void exited.then(() => reject(new Error("The web server's process ended.")));
    });

  function ask(what: WebAsk["do"]): Promise<unknown> {
    lastId += 1;
    const answered = reply(lastId);
    child.send({ id: lastId, do: what } satisfies WebAsk);
    return answered;
  }

  const ready = reply(0);
  child.send({ database });
  return {
    url: String(await ready),
    async count() {
      const stored = await ask("count");
      return typeof stored === "number" ? stored : null;
    },
    empty: async () => void (await ask("empty")),
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
