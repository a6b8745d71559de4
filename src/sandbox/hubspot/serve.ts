import { readFile } from "node:fs/promises";
import { BadSeed, type Served, type ServeOptions } from "../local-crm.ts";
import { nextSteps } from "../next-steps.ts";
import { HubspotError } from "./portal.ts";
import { parseSeed, seedPortal } from "./seed.ts";
import { startHubspot } from "./server.ts";
import { hubspotVariables } from "./variables.ts";

const sampleSeed = new URL("./sample-seed.json", import.meta.url);

const aContact = { email: "ada@globex.example", country: "Germany", lifecyclestage: "marketingqualifiedlead" };

/** Runs a HubSpot with one portal. Throws `BadSeed`. */
export async function serveHubspot({ port, controlPort, seed, own }: ServeOptions): Promise<Served> {
  const contents = await inWords(async () => parseSeed(seed ?? JSON.parse(await readFile(sampleSeed, "utf8"))));
  const sandbox = await startHubspot({ port, ...(controlPort === null ? {} : { controlPort }) });
  try {
    const portal = sandbox.addPortal({ id: Number(own.portal), name: "Sandbox" });
    await inWords(() => seedPortal(portal, contents));
    for (const { webhooks } of sandbox.apps) webhooks.targetUrl = String(own.webhooks);
    return {
      lines: [
        `HubSpot sandbox on ${sandbox.url}, portal ${portal.id}; its webhooks go to ${String(own.webhooks)}.`,
        ...(sandbox.controlUrl === null ? [] : [`Control API on ${sandbox.controlUrl}.`]),
        ...nextSteps({
          variables: hubspotVariables(sandbox),
          install: { path: "/hubspot/install", whatToDo: "allow" },
          controlUrl: sandbox.controlUrl,
          lead: {
            path: `/portals/${portal.id}/records/contacts`,
            body: { properties: aContact },
          },
        }),
      ],
      stop: sandbox.stop,
    };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

async function inWords<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof HubspotError ? new BadSeed(error.message, { cause: error }) : error;
  }
}
