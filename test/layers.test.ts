import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");

/** May a file of this area import that area, and which packages? A test reads the whole of `src/`. */
type Row = { may: readonly string[]; packages?: readonly string[]; node?: readonly string[] };

const anything = ["*"];

/** What every CRM's own folder may import; its SDKs differ. */
const crmFolder = [
  "model",
  "crm/active-until.ts",
  "crm/caller.ts",
  "crm/crm.ts",
  "crm/origin-of.ts",
  "crm/product.ts",
  "crm/receipt-of-error.ts",
  "crm/throttle",
  "crm/rounds.ts",
  "crm/values.ts",
  "crm/variables.ts",
  "errors.ts",
  "pages-of.ts",
  "variables.ts",
];

/** The table of style.md, "Layers: who may import whom", with the rows that came since. Change table and text together. */
const table: Readonly<Record<string, Row>> = {
  model: { may: [], node: [] },
  engine: {
    may: ["model", "data"],
    packages: ["zod", "tldts", "libphonenumber-js", "luxon", "re2-wasm", "yaml", "any-ascii"],
    node: ["node:crypto"],
  },
  "crm/crm.ts": { may: ["model", "crm/throttle"], node: [] },
  "crm/throttle": { may: ["errors.ts"], packages: ["bottleneck", "p-retry"], node: [] },
  "crm/values.ts": { may: [], node: [] },
  "crm/rounds.ts": { may: [], node: [] },
  "crm/active-until.ts": { may: ["model"], node: [] },
  "crm/variables.ts": { may: ["errors.ts", "variables.ts"], packages: ["zod"], node: [] },
  "crm/caller.ts": { may: ["crm/crm.ts", "crm/throttle", "errors.ts"], node: [] },
  "crm/receipt-of-error.ts": { may: ["errors.ts", "model"], node: [] },
  "crm/product.ts": { may: ["model", "crm/crm.ts", "crm/variables.ts"], node: [] },
  "crm/hubspot": {
    may: crmFolder,
    packages: ["@hubspot/api-client", "undici", "zod"],
  },
  "crm/salesforce": {
    may: crmFolder,
    packages: ["@grpc/grpc-js", "@grpc/proto-loader", "avsc", "jsforce", "sax", "undici", "zod"],
  },
  "crm/crm-of.ts": { may: ["crm/crm.ts"], node: [] },
  "crm/origin-of.ts": { may: ["variables.ts"], node: [] },
  "crm/record-id.ts": { may: ["model", "crm/index.ts"], node: [] },
  "crm/record-links.ts": { may: ["model", "crm/crm.ts", "crm/index.ts"], node: [] },
  "crm/has-one-status.ts": { may: ["crm/index.ts"], node: [] },
  "crm/account-name.ts": { may: ["model", "crm/index.ts"], node: [] },
  "crm/create-crms.ts": { may: ["crm/crm.ts", "crm/index.ts"], node: [] },
  // The registry.
  "crm/index.ts": { may: ["crm/product.ts", "crm/hubspot", "crm/salesforce"], node: [] },
  "account-index": {
    may: ["data", "engine", "log.ts", "refused.ts"],
    packages: ["zod"],
    node: ["node:fs", "node:path", "node:worker_threads"],
  },
  data: { may: [], packages: ["date-holidays"] },
  store: { may: ["model", "engine"], packages: ["kysely", "pg", "@electric-sql/pglite"] },
  jobs: { may: ["store", "operator", "deps.ts"] },
  // Of jobs/ the pure backoff alone.
  pipeline: {
    may: [
      "account-index",
      "model",
      "engine",
      "crm/account-name.ts",
      "crm/crm.ts",
      "crm/crm-of.ts",
      "crm/record-id.ts",
      "crm/has-one-status.ts",
      "crm/record-links.ts",
      "crm/throttle",
      "store",
      "operator",
      "deps.ts",
      "errors.ts",
      "metrics.ts",
      "pages-of.ts",
      "read-text.ts",
      "refused.ts",
      "csv.ts",
      "jobs/backoff.ts",
    ],
    packages: ["zod"],
  },
  web: {
    may: [
      "pipeline",
      "store",
      "engine",
      "operator",
      "crm/crm.ts",
      "deps.ts",
      "errors.ts",
      "metrics.ts",
      "running-server.ts",
    ],
    packages: ["express", "helmet"],
  },
  sandbox: { may: [], packages: ["express", "@grpc/grpc-js", "@grpc/proto-loader", "avsc", "sax"] },
  cli: {
    may: [
      "account-index",
      "app.ts",
      "config.ts",
      "create-deps.ts",
      "csv.ts",
      "data",
      "deps.ts",
      "engine",
      "errors.ts",
      "log.ts",
      "open-store.ts",
      "operator",
      "pipeline",
      "read-text.ts",
      "refused.ts",
      "running-server.ts",
      "sandbox",
      "watchdog.ts",
    ],
    packages: ["csv-parse", "zod"],
  },
  policies: { may: [] },
  // Words and thresholds as data, for the page and the README.
  operator: { may: ["model"], node: [] },
  "errors.ts": { may: [], node: [] },
  "refused.ts": { may: [], node: [] },
  "csv.ts": { may: [], node: [] },
  "pages-of.ts": { may: [], node: [] },
  "read-text.ts": { may: ["refused.ts"], node: ["node:buffer", "node:fs/promises"] },
  "log.ts": { may: [], packages: ["pino", "pino-pretty"] },
  "metrics.ts": { may: ["operator"], packages: ["prom-client"] },
  "config.ts": { may: ["crm/index.ts", "errors.ts", "log.ts", "variables.ts"], packages: ["zod"] },
  "variables.ts": { may: ["errors.ts"], packages: ["zod"], node: [] },
  "deps.ts": { may: ["account-index", "crm/crm.ts", "data", "log.ts", "metrics.ts", "store"], node: [] },
  "version.ts": { may: [] },
  "running-server.ts": { may: [], packages: ["zod"] },
  "watchdog.ts": { may: ["log.ts"], node: ["node:worker_threads"] },
  "open-store.ts": { may: ["config.ts", "refused.ts", "store"] },
  "process-memory.ts": { may: ["jobs"] },
  "create-deps.ts": { may: anything },
  "app.ts": { may: anything },
  "program.ts": {
    may: [
      "cli",
      "program-demo.ts",
      "program-match.ts",
      "program-numbers.ts",
      "program-review.ts",
      "program-sandbox.ts",
      "version.ts",
    ],
    packages: ["commander"],
  },
  "program-review.ts": { may: ["cli"], packages: ["commander"] },
  "program-match.ts": { may: ["cli", "program-numbers.ts"], packages: ["commander"] },
  "program-numbers.ts": { may: [], packages: ["commander"] },
  "program-demo.ts": { may: ["cli", "program-numbers.ts", "sandbox"], packages: ["commander"] },
  "program-sandbox.ts": { may: ["cli", "program-numbers.ts", "sandbox"], packages: ["commander"] },
  "main.ts": { may: anything },
};

/** Files beside a name that belong to it. */
const throttleFiles = ["throttle.ts", "turns.ts", "lanes.ts", "day-pot.ts", "window.ts", "round-trips.ts"];

type Import = { to: string; typeOnly: boolean };
type File = { path: string; area: string; text: string; imports: readonly Import[] };

const files: readonly File[] = globSync("src/**/*.ts", { cwd: root }).map((path) => {
  const text = readFileSync(join(root, path), "utf8");
  return { path, area: areaOf(path), text, imports: importsOf(path, text) };
});

function areaOf(path: string): string {
  const [first = "", second, ...rest] = relative("src", path).split("/");
  if (second === undefined || first !== "crm") return first;
  if (rest.length === 0 && throttleFiles.includes(second)) return "crm/throttle";
  return `crm/${second}`;
}

/** Static and dynamic ones, types too. Ours come as paths below the root. */
function importsOf(path: string, text: string): Import[] {
  const statements =
    /^(?:import|export)\s+(type\s+)?[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|^import\s+"([^"]+)"/gm;
  return [...text.matchAll(statements)].map(([, type, from, dynamic, bare]) => {
    const to = from ?? dynamic ?? bare ?? "";
    const typeOnly = type !== undefined;
    return { to: to.startsWith(".") ? relative(root, join(root, dirname(path), to)) : to, typeOnly };
  });
}

/** What is wrong with one import; null when nothing is. */
function whyNot({ area }: File, { to }: Import): string | null {
  const row = table[area];
  if (!row) return "its folder has no row in the table";
  if (to.startsWith("node:")) return row.node && !row.node.includes(to) ? "not this module of Node" : null;
  if (to.startsWith("src/")) {
    const isAllowed = row.may === anything || areaOf(to) === area || row.may.includes(areaOf(to));
    return isAllowed || row.may.includes(relative("src", to)) ? null : `${area} may not import ${areaOf(to)}`;
  }
  if (to.startsWith(".") || to.endsWith(".json")) return null;
  return row.packages?.some((name) => to === name || to.startsWith(`${name}/`)) ? null : "not this package";
}

/** `path: text` for each file that has what it may not. */
function offenders(pattern: RegExp, allowed: readonly string[]): string[] {
  const suspects = files.filter(({ path }) => !allowed.some((place) => path.startsWith(place)));
  return suspects.flatMap(({ path, text }) =>
    [...withoutComments(text).matchAll(pattern)].map(([found]) => `${path}: ${found}`),
  );
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
}

test("the table is looked at: there are files, and they import", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
});

test("every import is one that the table allows", () => {
  const wrong = files.flatMap((file) =>
    file.imports.flatMap((one) => {
      const why = whyNot(file, one);
      return why === null ? [] : [`${file.path} → ${one.to}: ${why}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test("no import leads back to its file, types included", () => {
  expect(cycles()).toEqual([]);
});

describe("one place each", () => {
  test.each([
    ["the environment is read", /process\.env/g, ["src/config.ts"]],
    ["the clock is read", /\bDate\.now\b|new Date\(\)|performance\.now/g, ["src/main.ts", "src/sandbox/"]],
    ["signals and crashes are heard", /process\.on\b/g, ["src/main.ts"]],
    ["SQL is written", /\bsql`/g, ["src/store/", "src/reports/"]],
    ["the drivers are used", /from "(pg|@electric-sql[^"]*)"/g, ["src/store/db.ts", "src/store/listen.ts"]],
    ["Express is used", /from "express"/g, ["src/web/server.ts"]],
    ["gRPC and Avro are used", /from "(@grpc[^"]*|avsc)"/g, ["src/crm/salesforce/", "src/sandbox/salesforce/"]],
    ["pino is used", /from "pino[^"]*"/g, ["src/log.ts"]],
    ["commander is used", /from "commander"/g, ["src/program.ts", "src/program-"]],
  ])("where %s", (_what, pattern, allowed) => {
    expect(offenders(pattern, allowed)).toEqual([]);
  });
});

describe("sizes", () => {
  test("no file is longer than 400 lines", () => {
    const long = files.filter(({ text }) => text.split("\n").length > 401).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  // Types are left out of the count: a noun costs its reader nothing at run time.
  test("no file imports more than 12 of our files for what they do", () => {
    const wide = files
      .map(({ path, imports }) => ({ path, count: ownImports(imports) }))
      .filter(({ path, count }) => count > (assemblers[path] ?? 12));
    expect(wide).toEqual([]);
  });

  test("no function is longer than 80 lines", () => {
    expect(files.flatMap(longFunctions)).toEqual([]);
  });
});

/** Files that do nothing but put others together, one line for each. */
const assemblers: Readonly<Record<string, number>> = {
  "src/crm/hubspot/client.ts": 14,
  "src/crm/salesforce/client.ts": 20,
  "src/engine/lint/index.ts": 30,
  "src/pipeline/watch-loops.ts": 20,
  "src/program.ts": 30,
  "src/store/migrate.ts": 99,
};

function ownImports(imports: readonly Import[]): number {
  return new Set(imports.filter(({ to, typeOnly }) => to.startsWith("src/") && !typeOnly).map(({ to }) => to)).size;
}

/** The formatter puts the end of a top-level function alone at the beginning of a line. */
function longFunctions({ path, text }: File): string[] {
  const whole =
    /^(?:export )?(?:(?:async )?function\*? (\w+)|const (\w+) = (?:async )?\()[^\n]*\n(?:(?![})])[^\n]*\n|\)[^\n]*\n)*/gm;
  const lengths = [...text.matchAll(whole)].map(([body, named, bound]) => ({
    name: named ?? bound,
    lines: body.split("\n").length,
  }));
  return lengths.filter(({ lines }) => lines > 80).map(({ name, lines }) => `${path} ${name}: ${lines}`);
}

/** Each way back, as `a → b → a`. */
function cycles(): string[] {
  const targets = new Map(files.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      found.push([...way.slice(way.indexOf(path)), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    for (const to of targets.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return found;
}
