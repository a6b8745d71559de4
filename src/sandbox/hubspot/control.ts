import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { crmControlRoutes } from "./control-crm.ts";
import { faultControlRoutes } from "./control-faults.ts";
import { ControlError } from "./control-input.ts";
import { portalControlRoutes } from "./control-portals.ts";
import type { ControlRoute } from "./control-route.ts";
import { webhookControlRoutes } from "./control-webhooks.ts";
import { parseJson, receive, send } from "./http.ts";
import { type Answer, HubspotError } from "./portal.ts";
import { createRouter, type Match } from "./router.ts";
import type { HubspotState } from "./sandbox.ts";

/**
 * The control API as a listener for an HTTP server of its own: JSON in, JSON out, no authentication.
 * `GET /` lists its calls; README.md explains them.
 */
export function controlListener(state: HubspotState): RequestListener {
  const routes = [...faultControlRoutes, ...portalControlRoutes, ...crmControlRoutes, ...webhookControlRoutes];
  const calls = routes.map(({ method, paths, about }) => ({ call: `${method} ${paths[0]}`, about }));
  const index: ControlRoute = {
    method: "GET",
    paths: ["/"],
    about: "lists these calls",
    handle: () => ({ status: 200, body: { calls } }),
  };
  const find = createRouter<ControlRoute>([index, ...routes]);
  return (request, response) => {
    void respond(state, find, { request, response });
  };
}

type Find = (method: string, path: string) => Match<ControlRoute> | null;

async function respond(
  state: HubspotState,
  find: Find,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const received = await receive(request);
  if (!received) {
    response.destroy();
    return;
  }
  const { method, path, query, text } = received;
  const match = find(method, path);
  if (!match) {
    send(response, { status: 404, body: { message: `There is no call ${method} ${path}; GET / lists them` } });
    return;
  }
  try {
    const body = parseJson(text);
    send(response, await match.route.handle(state, { params: match.params, query, body }));
  } catch (error) {
    send(response, refusal(error));
  }
}

/** What the sandbox's own CRM refuses keeps HubSpot's status and body. */
function refusal(error: unknown): Answer {
  if (error instanceof HubspotError) return { status: error.status, body: error.body };
  if (error instanceof ControlError) return { status: error.status, body: { message: error.message } };
  return { status: 500, body: { message: String(error) } };
}
