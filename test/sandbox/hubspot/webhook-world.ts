import type { App, Subscription } from "../../../src/sandbox/hubspot/portal.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { type Family, startWorld, type World, type WorldOptions } from "./world.ts";

export type WebhookWorld = World & {
  receiver: Receiver;
  app: App;
  /** Replaces all subscriptions; ids count from 1. */
  subscribe(...subscriptions: Omit<Subscription, "id" | "active">[]): void;
  /** A contact written through the API of a family; answers its id. */
  createContact(family: Family, properties?: Record<string, string>): Promise<string>;
  /** Moves the clock in steps and lets each step's deliveries finish. */
  advanceStepwise(totalMs: number, stepMs: number): Promise<void>;
  stop(): Promise<void>;
};

/** A sandbox whose app sends its webhooks to a receiver. Stop it in `afterEach`. */
export async function startWebhookWorld(options: WorldOptions & { path?: string } = {}): Promise<WebhookWorld> {
  const world = await startWorld(options);
  const receiver = await startReceiver(options.path);
  const [app] = world.hubspot.apps;
  if (!app) throw new Error("The sandbox has no app");
  app.webhooks.targetUrl = receiver.url;
  const { webhooks, clock } = world.hubspot;
  return {
    ...world,
    receiver,
    app,
    subscribe(...subscriptions) {
      app.webhooks.subscriptions = subscriptions.map((one, index) => ({ id: index + 1, ...one, active: true }));
    },
    async createContact(family, properties = {}) {
      return (await world.api("POST", family.objects("contacts"), { properties })).text("id");
    },
    async advanceStepwise(totalMs, stepMs) {
      await webhooks.idle();
      for (let passed = 0; passed < totalMs; passed += stepMs) {
        clock.advance(stepMs);
        await webhooks.idle();
      }
    },
    async stop() {
      await world.stop();
      await receiver.stop();
    },
  };
}
