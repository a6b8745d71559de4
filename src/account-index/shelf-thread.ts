import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { loadMailDomains } from "../data/mail-domains.ts";
import type { Weights } from "../engine/match/weights.ts";
import { buffersOf } from "./edition-file.ts";
import { createShelf, type ShelfAnswer, type ShelfRequest } from "./shelf.ts";

type Asked = { number: number; request: ShelfRequest };
type Answered = { number: number; answer: ShelfAnswer } | { number: number; problem: string };

const kind = "baton account index";

/** A shelf in a thread of its own: large books are made and read there, and the event loop goes on. */
export type ShelfThread = {
  /** Rejects when the thread is gone, with all that it held. */
  ask(request: ShelfRequest): Promise<ShelfAnswer>;
  close(): Promise<void>;
};

export function startShelfThread({
  weights,
  onLost,
}: {
  weights: Weights;
  onLost: (error: Error) => void;
}): ShelfThread {
  const thread = new Worker(new URL(import.meta.url), { workerData: { kind, weights } });
  const waiting = new Map<number, { resolve(answer: ShelfAnswer): void; reject(error: Error): void }>();
  let last = 0;
  let lost: Error | null = null;
  thread.on("message", (answered: Answered) => {
    const asker = waiting.get(answered.number);
    waiting.delete(answered.number);
    if ("problem" in answered) asker?.reject(new Error(answered.problem));
    else asker?.resolve(answered.answer);
    if (waiting.size === 0) thread.unref();
  });
  const lose = (error: Error): void => {
    if (lost !== null) return;
    lost = error;
    for (const asker of waiting.values()) asker.reject(error);
    waiting.clear();
    onLost(error);
  };
  thread.on("error", lose);
  thread.on("exit", () => lose(new Error("the thread of the account index ended")));
  // It keeps no process up that has nothing else to do.
  thread.unref();
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (lost !== null) return reject(lost);
        last += 1;
        waiting.set(last, { resolve, reject });
        thread.ref();
        const asked: Asked = { number: last, request };
        thread.postMessage(asked, request.kind === "install" ? buffersOf(request.sections) : []);
      }),
    async close() {
      lost ??= new Error("the account index is closed");
      for (const asker of waiting.values()) asker.reject(lost);
      waiting.clear();
      await thread.terminate();
    },
  };
}

function serve({ weights }: { weights: Weights }): void {
  const shelf = createShelf({ classes: loadMailDomains(), weights });
  parentPort?.on("message", async ({ number, request }: Asked) => {
    const answered = await answerOf(number, request);
    const answer = "answer" in answered ? answered.answer : null;
    parentPort?.postMessage(answered, answer?.kind === "edition" ? buffersOf(answer.sections) : []);
  });

  async function answerOf(number: number, request: ShelfRequest): Promise<Answered> {
    try {
      return { number, answer: await shelf.answer(request) };
    } catch (error) {
      return { number, problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

function isOurs(data: unknown): data is { kind: typeof kind; weights: Weights } {
  return typeof data === "object" && data !== null && "kind" in data && data.kind === kind;
}

if (!isMainThread && isOurs(workerData)) serve(workerData);
