import type { Cli } from "../cli.ts";
import type { Leads } from "./places.ts";
import type { Stage } from "./stage.ts";
import type { Summary } from "./summary.ts";

type Ended = { summary: Summary; json: boolean; unsettled: readonly string[] };

/** Says what went wrong, and fails the command then. */
export function finish(cli: Pick<Cli, "print" | "complain" | "fail">, { summary, json, unsettled }: Ended): void {
  const wrong = [
    unsettled.length > 0
      ? `${unsettled.length} of ${summary.leads} leads were not settled in time: ${first(unsettled)}.`
      : null,
    summary.nowhere.length > 0
      ? `${summary.nowhere.length === 1 ? "1 lead has" : `${summary.nowhere.length} leads have`} neither an owner nor a reason: ${first(summary.nowhere)}.`
      : null,
  ].filter((sentence) => sentence !== null);
  for (const sentence of wrong) cli.complain(sentence);
  if (wrong.length > 0) cli.fail();
  if (json) cli.print(JSON.stringify(summary));
}

const first = (ids: readonly string[]): string => `${ids.slice(0, 5).join(", ")}${ids.length > 5 ? " and others" : ""}`;

/** The command that tells why this lead went where it went: now, or after a demo that keeps its data. */
export function askWhy(
  { dataDir }: Pick<Stage, "dataDir">,
  leadId: string,
  { once, data = null }: { once: boolean; data?: string | null },
): string[] {
  const isKept = data !== null || !once;
  const command = `BATON_DATA_DIR=${inShell(isKept ? dataDir : "./baton-demo")} npm run baton -- explain ${leadId}`;
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

export function inviteToTry(cli: Cli, { app, places }: Pick<Stage, "app" | "places">, leads: Leads): void {
  const counts = { about: "what Baton counts", command: `curl ${app.url}/metrics` };
  const [example = ""] = leads.ids;
  const records = [leads.recordOf(example), ...leads.othersOf(example)];
  const hints = places.flatMap(({ crm }) => crm.hints(records.find(({ place }) => place.crm === crm)?.id ?? ""));
  const all = [counts, ...hints];
  const width = Math.max(...all.map(({ about }) => about.length)) + 2;
  for (const line of [
    "",
    "It goes on with a lead every few seconds. To try meanwhile, from another terminal:",
    ...all.map(({ about, command }) => `  ${`${about}:`.padEnd(width)} ${command}`),
    "Ctrl-C ends it.",
    "",
  ])
    cli.print(line);
}
