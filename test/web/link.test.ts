import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { linkAddress } from "../../src/pipeline/link-address.ts";
import { reports } from "../../src/pipeline/reports.ts";
import { connectionsOf, findConnection, linkConnection, removeConnection } from "../../src/store/connections.ts";
import { activePolicy, publishPolicy } from "../../src/store/policies.ts";
import { ensureWorkspace } from "../../src/store/workspaces.ts";
import { aConnection } from "../store/records.ts";
import { anInstallation } from "./fake-crm.ts";
import { startWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

/** A workspace with an account of another CRM, and a policy of its own. */
async function aWorkspace(id: string): Promise<string> {
  const at = world.deps.now().toISOString();
  await ensureWorkspace(world.db.query, { id, name: `name of ${id}`, at });
  await linkConnection(
    world.db.query,
    aConnection({ id: `c-${id}`, workspaceId: id, crm: "other", externalId: id }),
    at,
  );
  await world.db.transaction((tx) => publishPolicy(tx, { workspaceId: id, text: `name: policy of ${id}\n`, at }));
  return id;
}

/** What `baton link` prints, line by line. */
async function printLink(crm: string, workspace: string): Promise<string[]> {
  const deps = { db: world.db, reading: () => ({ ...world.deps, onProgress: () => undefined }) };
  const lines: string[] = [];
  for await (const said of reports.link(deps, { crm, workspace }, world.deps.now().toISOString()))
    if ("line" in said) lines.push(said.line);
  return lines;
}

/** Opens a link, allows, and comes back. */
async function follow(link: string, externalId: string) {
  const begun = await fetch(link, { redirect: "manual" });
  const state = new URL(begun.headers.get("location") ?? "").searchParams.get("state") ?? "";
  const cookie = begun.headers.get("set-cookie")?.split(";")[0] ?? "";
  world.crm.codes.set(`code-${externalId}`, anInstallation({ externalId, name: `account ${externalId}` }));
  const query = new URLSearchParams({ code: `code-${externalId}`, state });
  const back = await fetch(`${world.url}/hubspot/oauth/callback?${query}`, { headers: { cookie }, redirect: "manual" });
  return { status: back.status, page: await back.text(), location: back.headers.get("location") };
}

const linkTo = (workspaceId: string) => linkAddress(world.deps, world.crm, workspaceId, world.deps.now());
const accountsOf = async (workspaceId: string) =>
  (await connectionsOf(world.db.query, workspaceId)).map(({ crm, externalId }) => `${crm} ${externalId}`).sort();

describe("an account of a second CRM", () => {
  test("joins the workspace that the printed link names, whose name and policy stay", async () => {
    const workspaceId = await aWorkspace("joined");
    const [link = "", whatToDo, thenToDo] = await printLink("hubspot", "name of joined");
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/hubspot\/install\?link=[\w-]+$/);
    expect(whatToDo).toContain("Open it within half an hour as an administrator of the HubSpot account");
    expect(thenToDo).toMatch(/^Publish a policy then that has an owner_authority, .* what HubSpot calls otherwise/);
    const { status, location } = await follow(link, "301");
    expect(status).toBe(303);
    const page = await (await fetch(`${world.url}${location}`)).text();
    expect(page).toContain(`The workspace keeps its policy. ${thenToDo}`);
    expect(await accountsOf(workspaceId)).toEqual(["hubspot 301", "other joined"]);
    expect(await activePolicy(world.db.query, workspaceId)).toMatchObject({
      version: 1,
      text: "name: policy of joined\n",
    });
    expect(
      await world.db.query.selectFrom("workspaces").select("name").where("id", "=", workspaceId).execute(),
    ).toEqual([{ name: "name of joined" }]);
  });

  test("that was linked there before comes back by the same link, as the next grant", async () => {
    const workspaceId = await aWorkspace("again");
    await follow(linkTo(workspaceId), "302");
    expect(await follow(linkTo(workspaceId), "302")).toMatchObject({ status: 303 });
    expect(await findConnection(world.db.query, "hubspot", "302")).toMatchObject({ workspaceId, grantNumber: 2 });
  });

  test("takes the place of one that was uninstalled", async () => {
    const workspaceId = await aWorkspace("replaced");
    await follow(linkTo(workspaceId), "303");
    const before = await findConnection(world.db.query, "hubspot", "303");
    await removeConnection(world.db.query, before?.id ?? "", "uninstalled");
    expect(await follow(linkTo(workspaceId), "304")).toMatchObject({ status: 303 });
    const back = await follow(`${world.url}/hubspot/install`, "303");
    expect(back).toMatchObject({ status: 409, page: expect.stringContaining("HubSpot account already (304)") });
  });
});

describe("what does not join", () => {
  test("an account that has a workspace of its own", async () => {
    const workspaceId = await aWorkspace("third");
    await world.install("305");
    const { status, page } = await follow(linkTo(workspaceId), "305");
    expect([status, page]).toEqual([409, expect.stringContaining("has a workspace of its own already")]);
    expect(await accountsOf(workspaceId)).toEqual(["other third"]);
  });

  test("a second account of the same CRM, also when both come at once", async () => {
    const workspaceId = await aWorkspace("fourth");
    const results = await Promise.all([follow(linkTo(workspaceId), "306"), follow(linkTo(workspaceId), "307")]);
    expect(results.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await accountsOf(workspaceId)).toHaveLength(2);
  });

  test.each([
    ["older than half an hour", () => linkTo("w"), 1_800_001],
    ["of another CRM", () => linkAddress(world.deps, { ...world.crm, name: "other" }, "w", world.deps.now()), 0],
    ["with another workspace in it", () => `${linkTo("w").slice(0, -48)}A${linkTo("w").slice(-47)}`, 0],
    ["that is empty", () => `${world.url}/hubspot/install?link=`, 0],
  ])("by a link %s: the page says how to make another", async (_what, make, waitMs) => {
    const link = make().replace("/other/", "/hubspot/");
    world.advance(waitMs);
    const response = await fetch(link, { redirect: "manual" });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([400, null]);
    expect(await response.text()).toContain("npm run baton -- link hubspot --workspace NAME");
  });

  test.each([
    ["a CRM that is not set up", "nocrm", "No CRM nocrm is set up here; there are hubspot."],
    ["a workspace that has one", "hubspot", "is linked to the HubSpot account 308 already"],
  ])("no link is made for %s", async (_what, crm, sentence) => {
    const { workspaceId } = (await findConnection(world.db.query, "hubspot", "308")) ?? (await world.install("308"));
    await expect(printLink(crm, workspaceId)).rejects.toThrow(sentence);
  });
});
