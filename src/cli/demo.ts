import { countMatchedLeads, matchExamplesInWords } from "../pipeline/count-matches.ts";
import { readStartingPolicy } from "../pipeline/starting-policy.ts";
import { Refused } from "../refused.ts";
import { HubspotError } from "../sandbox/hubspot/portal.ts";
import type { Cli } from "./cli.ts";
import { feed, install, playSla, trickle } from "./demo/acts.ts";
import { chooseWorld } from "./demo/choose-world.ts";
import { createNarrator } from "./demo/narrator.ts";
import { demoPolicy } from "./demo/policy.ts";
import { openStage, type Stage } from "./demo/stage.ts";
import { countCalls, countClocks, type Summary, summariseRouting, summaryTable } from "./demo/summary.ts";
import { type Wait, waitUntil } from "./demo/wait.ts";
import { fillPortal, type World } from "./demo/world.ts";

export type DemoOptions = {
  /** Stop when all is settled, and print a summary. */
  once: boolean;
  json: boolean;
  /** How many contacts of the made-up world turn MQL; of a list all do. */
  leads: number;
  seed: number;
  /** CSV files. */
  accounts: string | null;
  leadsFile: string | null;
  /** A policy file instead of the shipped one. */
  policy?: string | null;
  /** Demo seconds per second while the SLA is shown. */
  speed?: number;
  /** A new folder that keeps the data; default: one that is gone at the end. */
  data?: string | null;
  port?: number;
};

/** Baton beside a local HubSpot: leads are routed and watched on the terminal. Throws Refused for what cannot be shown. */
export async function demo(cli: Cli, options: DemoOptions): Promise<void> {
  const world = await chooseWorld(options);
  const policyText = await choosePolicy(options, world.leadIds.length);
  const stopping = new AbortController();
  void cli.untilStopped().then(() => {
    cli.print("The demo stops. A second Ctrl-C ends it at once.");
    stopping.abort();
  });
  const wait: Wait = { clock: cli.clock, signal: stopping.signal };
  const startedAtMs = cli.clock.monotonic();
  const narrator = createNarrator(cli, { seed: options.seed, tellsTouches: tellsTouches(world) });
  const { seed, port = 0, data = null } = options;
  const stage = await openStage(cli, { seed, port, dataDir: data, policyText, onProgress: narrator.tracker.note });
  try {
    narrator.begin(stage);
    fill(stage, world);
    await play(cli, { wait, stage, world, narrator, options, startedAtMs });
  } finally {
    await stage.close();
  }
}

/** Throws Refused for a value of somebody's own list that the local HubSpot does not take. */
function fill({ portal }: Stage, world: World): void {
  try {
    fillPortal(portal, world);
  } catch (error) {
    throw error instanceof HubspotError
      ? new Refused(`The local HubSpot does not take the list: ${error.message}`, { cause: error })
      : error;
  }
}

const tellsTouches = ({ leadIds }: World): boolean => leadIds.length <= 60;

type Play = {
  wait: Wait;
  stage: Stage;
  world: World;
  narrator: ReturnType<typeof createNarrator>;
  options: DemoOptions;
  startedAtMs: number;
};

async function play(cli: Cli, { wait, stage, world, narrator, options, startedAtMs }: Play): Promise<void> {
  const { hubspot, portal, app } = stage;
  const { tracker } = narrator;
  const lastRequest = () => hubspot.requests.list().at(-1)?.id ?? 0;
  cli.print(`Baton ${app.url} · HubSpot ${hubspot.url} · control ${hubspot.controlUrl} · portal ${portal.id}`);
  for (const note of world.notes) cli.print(note);
  await app.start();
  await install(wait, stage);
  if (wait.signal.aborted) return;
  const installed = lastRequest();
  narrator.title(`${world.leadIds.length} contacts turn MQL`);
  await feed(wait, stage, { tracker, world });
  const settled = await waitUntil(wait, () => tracker.unsettled().length === 0, settleMs(world.leadIds.length));
  if (settled === "stopped") return;
  const routing = summariseRouting(portal, world.leadIds);
  const accounts = await countMatchedLeads(app.deps);
  const matched = await matchExamplesInWords(app.deps);
  const routed = lastRequest();
  narrator.title("The clock runs fast: who acts, who is reminded, who loses the lead");
  if (!tellsTouches(world)) cli.print("Of so many leads, those that a rep got to at once are not told.");
  await playSla(wait, stage, { tracker, speed: options.speed ?? 900 });
  if (wait.signal.aborted) return;
  const requests = hubspot.requests.list();
  const summary: Summary = {
    ...routing,
    accounts,
    matched,
    seed: options.seed,
    calls: {
      installAndSync: countCalls(
        requests.filter(({ id }) => id <= installed),
        0,
      ),
      routing: countCalls(
        requests.filter(({ id }) => id > installed && id <= routed),
        routing.leads,
      ),
      sla: countCalls(
        requests.filter(({ id }) => id > routed),
        0,
      ),
    },
    sla: { ...tracker.sla(), ...countClocks(portal, world.leadIds) },
    seconds: Math.round((cli.clock.monotonic() - startedAtMs) / 1000),
  };
  if (!options.json) for (const line of summaryTable(summary)) cli.print(line);
  else if (!options.once) cli.print(JSON.stringify(summary));
  if (!options.json || !options.once) for (const line of askWhy(stage, world, options)) cli.print(line);
  // What happens in the moment of the end would come after the summary.
  if (options.once) narrator.end();
  if (options.once) return finish(cli, { summary, json: options.json, unsettled: tracker.unsettled() });
  inviteToTry(cli, stage, world);
  if (options.leadsFile === null) await trickle(wait, stage, { tracker, world });
  else await waitUntil(wait, () => false, Number.POSITIVE_INFINITY);
}

/** A minute, and more for long lists: three calls per hundred leads at eleven a second would do in less. */
const settleMs = (leads: number): number => 60_000 + leads * 20;

function finish(
  cli: Cli,
  { summary, json, unsettled }: { summary: Summary; json: boolean; unsettled: readonly string[] },
): void {
  const wrong = [
    unsettled.length > 0
      ? `${unsettled.length} of ${summary.leads} leads were not settled in time: ${first(unsettled)}.`
      : null,
    summary.nowhere.length > 0
      ? `${summary.nowhere.length} leads have neither an owner nor a reason: ${first(summary.nowhere)}.`
      : null,
  ].filter((sentence) => sentence !== null);
  for (const sentence of wrong) cli.complain(sentence);
  if (wrong.length > 0) cli.fail();
  if (json) cli.print(JSON.stringify(summary));
}

const first = (ids: readonly string[]): string => `${ids.slice(0, 5).join(", ")}${ids.length > 5 ? " …" : ""}`;

/** The command that tells why a lead went where it went: now, or after a demo that keeps its data. */
function askWhy({ dataDir }: Stage, { leadIds }: World, { once, data = null }: DemoOptions): string[] {
  const isKept = data !== null || !once;
  const command = `BATON_DATA_DIR=${inShell(isKept ? dataDir : "./baton-demo")} npm run baton -- explain ${leadIds[0] ?? ""}`;
  if (isKept)
    return [
      "",
      "Which leads a reviewer is asked about, and why a lead went where it went, by the id in its line:",
      `  ${command.replace(/explain.*$/, "review")}`,
      `  ${command}`,
    ];
  return [
    "",
    "Why a lead went where it went is told of data that is kept: add --data ./baton-demo to this demo, and then",
    `  ${command}`,
  ];
}

/** A path as a word of a shell. */
const inShell = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

function inviteToTry(cli: Cli, { app, hubspot, portal }: Stage, { leadIds }: World): void {
  const lead = leadIds[0] ?? "50001";
  for (const line of [
    "",
    "It goes on with a lead every few seconds. To try meanwhile, from another terminal:",
    `  see one lead as HubSpot has it:  curl ${hubspot.controlUrl}/portals/${portal.id}/records/contacts/${lead}`,
    `  see what Baton counts:           curl ${app.url}/metrics`,
    `  what the local HubSpot can do:   curl ${hubspot.controlUrl}/`,
    "Ctrl-C ends it.",
    "",
  ])
    cli.print(line);
}

async function choosePolicy({ policy = null }: DemoOptions, leads: number): Promise<string> {
  const text = await readStartingPolicy(policy);
  return policy === null ? demoPolicy(text, { leads }) : text;
}
