import type { CrmName, NaiveAccess, NaiveClient } from "./crm-bench.ts";
import type { NaiveOptions } from "./naive-process.ts";
import { scaleTime } from "./scale-time.ts";

/** The process of the naive client: routes the leads of the first message and says how many it could not. */
process.once("message", (message) => void work(parseOptions(message)));

/** Loaded once time runs as fast as it is to. */
const clients: Record<CrmName, () => Promise<{ createNaiveClient(access: NaiveAccess): NaiveClient }>> = {
  hubspot: () => import("./naive-hubspot.ts"),
  salesforce: () => import("./naive-salesforce.ts"),
};

function parseOptions(message: unknown): NaiveOptions {
  return message as NaiveOptions;
}

async function work(options: NaiveOptions): Promise<void> {
  // The SDK tells of each retry on the error stream; the sandbox counts them.
  console.error = () => undefined;
  scaleTime(options.factor);
  const { createNaiveClient } = await clients[options.crm]();
  const client = createNaiveClient(options);
  const waiting = options.leadIds.toReversed();
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (options.oneAtATime) await turned(id);
      try {
        await client.route(id);
      } catch {
        // A lead that common integration code loses: told as a figure, and found unassigned in the sandbox.
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: options.workers }, worker));
  process.send?.({ failed });
  process.disconnect();
}

/** The parent lets this lead turn MQL, and says so. */
function turned(id: string): Promise<void> {
  const told = new Promise<void>((resolve) => process.once("message", () => resolve()));
  process.send?.({ next: id });
  return told;
}
