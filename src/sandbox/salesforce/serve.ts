import { readFile } from "node:fs/promises";
import { ControlError } from "../control-input.ts";
import { BadSeed, type Served, type ServeOptions } from "../local-crm.ts";
import { nextSteps } from "../next-steps.ts";
import { type Org, tableOf } from "./org.ts";
import { parseSeed } from "./parse-seed.ts";
import { integrationUserOf } from "./people.ts";
import { seedOrg } from "./seed.ts";
import { startSalesforce } from "./server.ts";
import { salesforceVariables } from "./variables.ts";

const sampleSeed = new URL("./sample-seed.json", import.meta.url);

const aLead = {
  ...{ FirstName: "Ada", LastName: "Berg", Company: "Globex", Email: "ada@globex.example" },
  ...{ Country: "Germany", Status: "MQL" },
};

/** Runs a Salesforce with one org, in which the app is installed. Throws `BadSeed`. */
export async function serveSalesforce({ port, controlPort, seed, own }: ServeOptions): Promise<Served> {
  const contents = await inWords(async () => parseSeed(seed ?? JSON.parse(await readFile(sampleSeed, "utf8"))));
  const control = controlPort === null ? {} : { controlPort };
  const sandbox = await startSalesforce({ port, grpcPort: Number(own.grpcPort), ...control });
  try {
    const org = sandbox.addOrg({ name: "Sandbox" });
    await inWords(() => seedOrg(org, contents));
    const userId = integrationUserOf(org);
    if (userId !== null) sandbox.install({ orgId: org.id, userId });
    return {
      lines: [
        ...(userId === null ? ["The seed has no user who may log in, so the app is not installed."] : []),
        `Salesforce sandbox on ${sandbox.url}, org ${org.id}; Pub/Sub API on ${sandbox.pubSubUrl}.`,
        ...(sandbox.controlUrl === null ? [] : [`Control API on ${sandbox.controlUrl}.`]),
        ...nextSteps({
          variables: salesforceVariables(sandbox),
          install: {
            path: "/salesforce/install",
            whatToDo: `choose ${nameOf(org, userId)}, as whom Baton is to work, and allow`,
          },
          controlUrl: sandbox.controlUrl,
          lead: {
            path: `/orgs/${org.id}/records/Lead`,
            body: { fields: aLead },
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

/** A seed without anybody who may log in has nobody to choose either. */
const nameOf = (org: Org, userId: string | null): string =>
  String((userId === null ? null : tableOf(org, "User").get(userId)?.Name) ?? "a user");

async function inWords<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof ControlError ? new BadSeed(error.message, { cause: error }) : error;
  }
}
