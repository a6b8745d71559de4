import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import type { CrmClient } from "../../src/crm/crm.ts";
import { hubspot } from "../../src/crm/hubspot/index.ts";
import type { HubspotWorld } from "./hubspot-world.ts";
import { listen } from "./listen.ts";

type Answer = { status: number; body: unknown };
type Input = { id: string };

/**
 * A server that knows nothing of trace ids: one bad record and the whole batch is refused (hubspot.md §3.4, the behaviour
 * without them). `answer` replaces its answers.
 */
export async function startRefuser(
  world: HubspotWorld,
  bad: readonly string[],
  answer?: () => Answer,
): Promise<{ client: CrmClient; stop(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { inputs }: { inputs: readonly Input[] } = JSON.parse(await text(request));
    const { status, body } = answer?.() ?? answerOf(inputs, bad);
    response.writeHead(status, { "Content-Type": "application/json", "X-HubSpot-RateLimit-Remaining": "100" });
    response.end(JSON.stringify(body));
  });
  const crm = hubspot({ ...world.settings, apiUrl: await listen(server) });
  const access = { token: "token", instanceUrl: null };
  const client = crm.connect({
    externalId: "1",
    tokens: { get: async () => access, renew: async () => access, refreshToken: async () => null },
    throttle: world.throttle,
    now: world.now,
    qualifyingStage: "marketingqualifiedlead",
    capabilities: { uniqueTaskKey: true, readsAvailability: false },
    timeZone: "Europe/Berlin",
  });
  return {
    client,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerOf(inputs: readonly Input[], bad: readonly string[]): Answer {
  if (inputs.some(({ id }) => bad.includes(id))) {
    const body = { status: "error", category: "VALIDATION_ERROR", message: "Property values were not valid: [{}]" };
    return { status: 400, body };
  }
  const results = inputs.map(({ id }) => ({ id, properties: {}, createdAt: "2026-11-20T10:00:00Z" }));
  return { status: 200, body: { status: "COMPLETE", results } };
}
