import { alertAdvice } from "./alert-advice.ts";
import { runbooks } from "./runbooks.ts";
import { watchedMetrics } from "./watched-metrics.ts";
import { promqlOf } from "./worry.ts";

/** The README's tables and runbooks: a test holds the README to them. */
export function operatingTables(): string {
  const figures = Object.entries(watchedMetrics).flatMap(([metric, { meaning, worries }]) =>
    worries.map(({ when, whatToDo }) => [code(promqlOf(metric, when)), meaning, whatToDo]),
  );
  const alerts = Object.entries(alertAdvice).map(([kind, { meaning, whatToDo }]) => [code(kind), meaning, whatToDo]);
  const books = runbooks.map(({ title, youSee, steps }) => `**${title}.** ${youSee} ${steps.join(" ")}`);
  return [table(["Worry when", "It is", "Do"], figures), table(["Alarm", "It means", "Do"], alerts), ...books].join(
    "\n\n",
  );
}

const code = (text: string) => `\`${text.replaceAll("|", "\\|")}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
