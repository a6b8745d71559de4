import { countMatchedLeads, matchExamplesInWords } from "../pipeline/count-matches.ts";
import type { Cli } from "./cli.ts";
import { feed, install, playSla, trickle } from "./demo/acts.ts";
import { createCallCounter } from "./demo/calls.ts";
import { chooseCrms, takenBy } from "./demo/choose-crms.ts";
import { choosePolicy } from "./demo/choose-policy.ts";
import { chooseWorld } from "./demo/choose-world.ts";
import { askWhy, finish, inviteToTry } from "./demo/farewell.ts";
import { createNarrator } from "./demo/narrator.ts";
import { fillPlaces, type Leads } from "./demo/places.ts";
import { openStage, type Stage } from "./demo/stage.ts";
import { countClocks, type Summary, summariseRouting, summaryTable } from "./demo/summary.ts";
import { type Wait, waitUntil } from "./demo/wait.ts";
import type { World } from "./demo/world.ts";

export type DemoOptions = {
  /** Stop when all is settled, and print a summary. */
  once: boolean;
  json: boolean;
  /** A name of `crmChoices`; default: the first. */
  crm?: string | null;
  /** How many leads of the made-up world qualify; of a list all do. */
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

/** Baton beside a local CRM, or several: leads are routed and watched on the terminal. Throws Refused for what cannot be shown. */
export async function demo(cli: Cli, options: DemoOptions): Promise<void> {
  const crms = await chooseCrms(options.crm ?? null);
  const world = await chooseWorld(options, takenBy(crms));
  const policyText = await choosePolicy(options.policy ?? null, { crms, leads: world.leads.length });
  const stopping = new AbortController();
  void cli.untilStopped().then(() => {
    cli.print("The demo stops. A second Ctrl-C ends it at once.");
    stopping.abort();
  });
  const wait: Wait = { clock: cli.clock, signal: stopping.signal };
  const startedAtMs = cli.clock.monotonic();
  const narrator = createNarrator(cli, { seed: options.seed, tellsTouches: tellsTouches(world) });
  const { seed, port = 0, data = null } = options;
  const stage = await openStage(cli, {
    crms,
    seed,
    port,
    dataDir: data,
    policyText,
    onProgress: narrator.note,
  });
  try {
    const leads = fillPlaces(stage.places, world);
    narrator.begin({ clock: stage.clock, leads });
    await play(cli, { wait, stage, world, leads, narrator, options, startedAtMs });
  } finally {
    await stage.close();
  }
}

const tellsTouches = ({ leads }: World): boolean => leads.length <= 60;

type Play = {
  wait: Wait;
  stage: Stage;
  world: World;
  leads: Leads;
  narrator: ReturnType<typeof createNarrator>;
  options: DemoOptions;
  startedAtMs: number;
};

async function play(cli: Cli, { wait, stage, world, leads, narrator, options, startedAtMs }: Play): Promise<void> {
  const { places, app } = stage;
  const { tracker } = narrator;
  const calls = createCallCounter(places);
  for (const line of [`Baton ${app.url}`, ...places.map(({ crm }) => crm.where)]) cli.print(line);
  for (const note of [...world.notes, ...placesNote(places)]) cli.print(note);
  await app.start();
  await install(wait, stage);
  if (wait.signal.aborted) return;
  calls.endAct("installAndSync");
  narrator.title(`${leads.ids.length} leads qualify`);
  await feed(wait, { tracker, leads });
  const settled = await waitUntil(wait, () => tracker.unsettled().length === 0, settleMs(leads.ids.length));
  if (settled === "stopped") return;
  const routed = leads.ids.map(leads.view);
  const accounts = await countMatchedLeads(app.deps);
  const matched = await matchExamplesInWords(app.deps);
  calls.endAct("routing");
  narrator.title("The clock runs fast: who acts, who is reminded, who loses the lead");
  if (!tellsTouches(world)) cli.print("Of so many leads, those that a rep got to at once are not told.");
  await playSla(wait, stage, { tracker, speed: options.speed ?? 900 });
  if (wait.signal.aborted) return;
  calls.endAct("sla");
  const summary: Summary = {
    ...summariseRouting(routed),
    accounts,
    matched: matched.map(({ line }) => line),
    seed: options.seed,
    crms: places.map(({ title }) => {
      const own = summariseRouting(routed.filter(({ place }) => place === title));
      return { ...own, crm: title, calls: calls.of(title, own.leads) };
    }),
    sla: { ...tracker.sla(), ...countClocks(leads.ids.map(leads.view)) },
    seconds: Math.round((cli.clock.monotonic() - startedAtMs) / 1000),
  };
  if (!options.json) for (const line of summaryTable(summary)) cli.print(line);
  else if (!options.once) cli.print(JSON.stringify(summary));
  const example = matched[0]?.leadId ?? leads.ids[0] ?? "";
  if (!options.json || !options.once) for (const line of askWhy(stage, example, options)) cli.print(line);
  // What happens in the moment of the end would come after the summary.
  if (options.once) narrator.end();
  if (options.once) return finish(cli, { summary, json: options.json, unsettled: tracker.unsettled() });
  inviteToTry(cli, stage, leads);
  if (options.leadsFile === null) await trickle(wait, { tracker, leads });
  else await waitUntil(wait, () => false, Number.POSITIVE_INFINITY);
}

/** What two CRMs have of the world, and how their leads are told. */
function placesNote(places: Stage["places"]): string[] {
  if (places.length === 1) return [];
  const titles = places.map(({ title }) => title).join(" and ");
  return [
    `${titles} are synced: everybody is in both, and each company in one of them. A line names the CRM`,
    "where the lead qualified, and the id of the record that was routed.",
  ];
}

/** A minute, and more for long lists: three calls per hundred leads at eleven a second would do in less. */
const settleMs = (leads: number): number => 60_000 + leads * 20;
