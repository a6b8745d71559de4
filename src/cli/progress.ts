import type { Cli } from "./cli.ts";

/** One line that is written over, on the terminal of the person who waits; nowhere when the output goes to a file. */
export function createProgress(): Cli["progress"] {
  let shown = "";
  return (share) => {
    if (process.stderr.isTTY !== true) return;
    const text =
      share === null ? "" : `${"█".repeat(Math.round(share * 30)).padEnd(30, "░")} ${Math.floor(share * 100)} %`;
    if (text !== shown) process.stderr.write(`\r\u001b[K${text}`);
    shown = text;
  };
}
