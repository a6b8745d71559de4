import { createHash } from "node:crypto";
import { adviceOn } from "../operator/alert-advice.ts";
import { runbooks } from "../operator/runbooks.ts";
import { type WatchedMetric, watchedMetrics } from "../operator/watched-metrics.ts";
import { duration, type Judgement, judge, promqlOf, type Readings, type Worry } from "../operator/worry.ts";
import type { Standing } from "../store/standing.ts";
import { escapeHtml } from "./page.ts";

export type OperatorPage = {
  version: string;
  database: "pglite" | "postgres";
  role: "web" | "worker" | "all";
  /** Why it is not ready; null when it is. */
  problem: string | null;
  upMs: number;
  /** Workspaces that this process works on; null without a worker. */
  held: number | null;
  /** Workspaces that nobody works on; null when that cannot be told. */
  unleased: number | null;
  warnings: readonly string[];
  /** Null when the database does not answer. */
  standing: readonly Standing[] | null;
  readings: Readings;
  at: Date;
};

/** One page of plain HTML: no script, no form, nothing loaded. */
export function operatorPage(page: OperatorPage): string {
  const figures = Object.entries<WatchedMetric>(watchedMetrics)
    .flatMap(([metric, { meaning, worries }]) => worries.map((worry) => figureOf(page, { metric, meaning, ...worry })))
    .sort((a, b) => rankOf(a) - rankOf(b));
  const isWorrying = figures.some(({ judgement }) => judgement?.isFine === false);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Operating Baton</title>
<style>${style}</style></head>
<body>
<h1>Operating Baton</h1>
${bannerOf(page, isWorrying)}
<h2 id="state">State</h2>
${stateOf(page)}
<h2 id="alarms">Alarms</h2>
${alarmsOf(page)}
<h2 id="figures">Figures to watch</h2>
<p>Those of workspaces are read from the database, of all of them, and the worst is shown; the rest is of this process, as in <code>/metrics</code>, counters by what they gained of late.</p>
${table(["", "Now", "Figure and when to worry", "It is; what to do then"], figures.map(rowOf))}
<details><summary>Figures to look at, never a reason to wake anybody</summary>
${table(["Figure", "It is"], Object.entries<WatchedMetric>(watchedMetrics).flatMap(lookRow))}
</details>
<h2 id="runbooks">When something is gone</h2>
${runbooks.map(runbookOf).join("\n")}
<p class="quiet">Read at ${text(page.at.toISOString())}. Load again for fresh figures.</p>
</body>
</html>
`;
}

function bannerOf({ problem, database, standing }: OperatorPage, isWorrying: boolean): string {
  if (problem === "stopping") return banner("bad", "Stopping: this process finishes what it has begun.");
  if (problem !== null) {
    const comesBack = database === "postgres" ? " Baton goes on by itself once it answers." : "";
    const meanwhile = "Deliveries are not acknowledged meanwhile, so the CRM sends them again.";
    return banner("bad", `Not ready: ${problem}.${comesBack} ${meanwhile}`);
  }
  if (isWorrying) return banner("bad", "Ready, but something below wants a look.");
  const isEmpty = standing !== null && standing.length === 0;
  return banner("good", isEmpty ? "Ready. No account has installed Baton yet." : "Ready, and all is fine.");
}

const banner = (kind: "good" | "bad", sentence: string) => `<p class="banner ${kind}">${text(sentence)}</p>`;

function stateOf({ version, database, role, problem, upMs, held, unleased, warnings }: OperatorPage): string {
  const rows = [
    ["Version", version],
    ["Database", database === "pglite" ? "embedded (PGlite)" : "PostgreSQL"],
    ["Role", role === "all" ? "web and worker" : role],
    ["Ready", problem === null ? "yes" : "no"],
    ["Up for", duration(upMs / 1000)],
    ["Workspaces here", held === null ? "none: this process has no worker" : String(held)],
    ["Workspaces nobody works on", unleased === null ? "cannot be told" : String(unleased)],
    ...warnings.map((warning) => ["Warning", warning]),
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${text(name ?? "")}</dt><dd>${text(value ?? "")}</dd>`).join("\n")}</dl>`;
}

function alarmsOf({ standing, at }: OperatorPage): string {
  if (standing === null) return "<p>The database does not answer, so its alarms cannot be read.</p>";
  const rows = standing.flatMap(({ workspaceId, alerts }) =>
    alerts.map(({ kind, count, since }) => {
      const { meaning, whatToDo } = adviceOn(kind);
      const age = duration(Math.max(0, at.getTime() - Date.parse(since)) / 1000);
      return [code(workspaceId), `${code(kind)}${count > 1 ? ` × ${count}` : ""}`, age, advice(meaning, whatToDo)];
    }),
  );
  if (rows.length === 0) return "<p>None is open.</p>";
  return table(["Workspace", "Alarm", "Open for", "It means; what to do"], rows);
}

type Figure = { metric: string; meaning: string; when: Worry; whatToDo: string; judgement: Judgement | null };

function figureOf({ readings }: OperatorPage, figure: Omit<Figure, "judgement">): Figure {
  return { ...figure, judgement: judge(figure.metric, figure.when, readings) };
}

/** What worries comes first, what has no value last. */
const rankOf = ({ judgement }: Figure): number => (judgement === null ? 2 : judgement.isFine ? 1 : 0);

function rowOf({ metric, meaning, when, whatToDo, judgement }: Figure): string[] {
  const labels = Object.entries(judgement?.at ?? {}).map(([name, value]) => `${name} ${value}`);
  const where = labels.length > 0 && judgement?.isFine === false ? `<br><small>${text(labels.join(", "))}</small>` : "";
  const isFine = judgement?.isFine ?? null;
  const word = isFine === null ? "–" : isFine ? "fine" : "look";
  return [
    `<span class="${isFine === null ? "none" : isFine ? "good" : "bad"}">${word}</span>`,
    `${text(judgement?.value ?? "no value yet")}${where}`,
    code(promqlOf(metric, when)),
    advice(meaning, whatToDo),
  ];
}

function lookRow([metric, { meaning, worries }]: [string, WatchedMetric]): string[][] {
  return worries.length === 0 ? [[code(metric), text(meaning)]] : [];
}

function runbookOf({ title, youSee, steps }: (typeof runbooks)[number]): string {
  const list = steps.map((step) => `<li>${text(step)}</li>`).join("\n");
  return `<h3>${text(title)}</h3>\n<p>${text(youSee)}</p>\n<ol>${list}</ol>`;
}

const advice = (meaning: string, whatToDo: string) => `${text(meaning)} <span class="do">${text(whatToDo)}</span>`;
const code = (words: string) => `<code>${escapeHtml(words)}</code>`;

/** Escaped, with what stands between backticks as code. */
const text = (words: string) => escapeHtml(words).replace(/`([^`]+)`/g, "<code>$1</code>");

/** Cells are HTML already. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return `<table>\n${[row(head, "th"), ...rows.map((cells) => row(cells, "td"))].join("\n")}\n</table>`;
}

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
li, p { max-width: 60rem; } li { margin: .2rem 0; } summary { margin-top: 1rem; cursor: pointer; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2.2rem; } h3 { font-size: 1.05rem; margin-bottom: 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem .45rem 0; border-bottom: 1px solid #8884; }
code { font-size: .86em; overflow-wrap: break-word; } td:nth-child(1) { white-space: nowrap; } td:nth-child(2) { min-width: 6.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; } dd { margin: 0; }
.banner { padding: .7rem 1rem; border-left: .4rem solid; font-weight: 600; }
.good { color: light-dark(#17692f, #7fd79a); } .bad { color: light-dark(#a3231a, #ff9d92); }
td .good, td .bad { font-weight: 600; } .do { opacity: .75; } .quiet, .none { opacity: .6; }
`;

/** The page's own style is the one thing that the strict policy of all pages lets through, by its hash. */
export const operatorPageHeaders = {
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join(";"),
};
