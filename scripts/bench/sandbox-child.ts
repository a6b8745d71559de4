import { type Ask, type BenchSandbox, parseOptions, type SandboxOptions } from "./sandbox-process.ts";

/** The process of a sandbox: starts one as the first message says, then answers until its parent hangs up. */
process.once("message", (message) => void serve(parseOptions(message)));

const start: Record<SandboxOptions["crm"], () => Promise<{ start(options: SandboxOptions): Promise<BenchSandbox> }>> = {
  hubspot: () => import("./hubspot-sandbox.ts"),
  salesforce: () => import("./salesforce-sandbox.ts"),
};

async function serve(options: SandboxOptions): Promise<void> {
  const sandbox = await (await start[options.crm]()).start(options);
  process.on("message", (message) => {
    const ask = parseAsk(message);
    sandbox.answer(ask).then(
      (value) => process.send?.({ id: ask.id, value }),
      (error: unknown) => process.send?.({ id: ask.id, problem: String(error) }),
    );
  });
  process.once("disconnect", () => void sandbox.stop());
  process.send?.({ id: 0, value: sandbox.at });
}

function parseAsk(message: unknown): Ask {
  return message as Ask;
}
