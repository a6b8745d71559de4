import { type ChildProcess, fork } from "node:child_process";

/** A process of the bench's own, which does one thing at a time as it is asked. */
export type Child = {
  pid: number;
  ask(question: { do: string } & Record<string, unknown>): Promise<unknown>;
  stop(): Promise<void>;
};

type Reply = { id: number; value?: unknown; problem?: string };

/** Starts a script that calls `serveParent`. */
export async function startChild(script: URL, options: unknown): Promise<Child> {
  const child: ChildProcess = fork(script, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.on("message", (message) => {
    const { id, value, problem } = parseReply(message);
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (problem === undefined) waiter?.resolve(value);
    else waiter?.reject(new Error(`A process of the bench failed: ${problem}`));
  });
  void exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("A process of the bench ended."));
  });
  let lastId = 0;

  function send(question: unknown): Promise<unknown> {
    lastId += 1;
    const id = lastId;
    const answered = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    child.send({ id, question });
    return answered;
  }

  await send(options);
  return {
    pid: child.pid ?? 0,
    ask: send,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

function parseReply(message: unknown): Reply {
  return message as Reply;
}

export type Serving<Question> = { answer(question: Question): Promise<unknown>; stop(): Promise<void> };

/** The other side: the first message holds the options, each later one a question; ends when the parent hangs up. */
export function serveParent<Options, Question>(open: (options: Options) => Promise<Serving<Question>>): void {
  let serving: Promise<Serving<Question>> | null = null;
  process.on("message", (message) => {
    const { id, question } = message as { id: number; question: unknown };
    let answered: Promise<unknown>;
    if (serving === null) {
      serving = open(question as Options);
      answered = serving.then(() => null);
    } else answered = serving.then(({ answer }) => answer(question as Question));
    answered.then(
      (value) => process.send?.({ id, value }),
      (error: unknown) => process.send?.({ id, problem: error instanceof Error ? String(error.stack) : String(error) }),
    );
  });
  process.once("disconnect", async () => {
    await (await serving)?.stop();
    process.exit();
  });
}
