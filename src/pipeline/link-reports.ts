import { z } from "zod";
import type { Deps } from "../deps.ts";
import { Refused } from "../refused.ts";
import { connectionsOf } from "../store/connections.ts";
import { linkAddress } from "./link-address.ts";
import { listAddresses } from "./list-addresses.ts";
import { findWorkspace } from "./publish-policy.ts";
import { type Report, report } from "./report.ts";
import { sayLines } from "./said.ts";
import { whatToPublish } from "./what-to-publish.ts";

/**
 * The address by which an account of another CRM joins a workspace. Throws `Refused` when this Baton has no such CRM set
 * up, when the workspace has an account of it already, and when it is not known where browsers reach this Baton.
 */
const linkReport: Report = report(
  { crm: z.string(), workspace: z.string().nullable() },
  async function* ({ db, reading }, { crm: name, workspace: wanted }, at) {
    const deps = await reading();
    const crm = crmNamed(deps, name);
    if (deps.settings.publicUrl === "")
      throw new Refused("It is not known where a browser reaches this Baton: set BATON_PUBLIC_URL.");
    const workspace = await findWorkspace(db, wanted);
    const linked = (await connectionsOf(db.query, workspace.id)).find(
      (connection) => connection.crm === crm.name && connection.status !== "removed",
    );
    if (linked !== undefined)
      throw new Refused(
        `${workspace.name} is linked to the ${crm.title} account ${linked.externalId} already, and can have one of each CRM. To renew its access, open ${deps.settings.publicUrl}/${crm.name}/install.`,
      );
    yield* sayLines([
      linkAddress(deps, crm, workspace.id, new Date(at)),
      `Open it within half an hour as an administrator of the ${crm.title} account: it joins the workspace ${workspace.name} then, whose policy stays.`,
      whatToPublish(crm),
    ]);
  },
);

/** What is asked to connect accounts. */
export const linkReports = {
  link: linkReport,
  addresses: report({}, async function* ({ reading }) {
    yield* sayLines(await listAddresses(await reading()));
  }),
} satisfies Record<string, Report>;

function crmNamed({ crms }: Pick<Deps, "crms">, name: string): Deps["crms"][string] {
  const found = Object.hasOwn(crms, name) ? crms[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(crms).join(", ");
  throw new Refused(
    `No CRM ${name} is set up here; there are ${names}. Its client id and secret come from the environment.`,
  );
}
