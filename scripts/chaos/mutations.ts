import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { copyWithPatch } from "../patched-copy.ts";
import { databaseServer, describeMachine } from "./machine.ts";
import { startRealWorld } from "./real-world.ts";
import { type RunResult, run } from "./run.ts";

const rounds = 20;
const usage = `npm run chaos:mutations -- [--seed S] [NAME ...]

Runs the chaos rig against builds that are broken on purpose (test/mutations/NAME.patch, each applied to a copy of the
code), and fails unless the checker catches every one of them within ${rounds} rounds.`;

const folder = fileURLToPath(new URL("../../test/mutations", import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: "1" }, help: { type: "boolean", default: false } },
});
if (values.help || !/^[1-9]\d{0,5}$/.test(values.seed)) {
  console.error(usage);
  process.exit(2);
}

const names = (await readdir(folder)).filter((file) => file.endsWith(".patch")).map((file) => file.slice(0, -6));
const chosen = positionals.length === 0 ? names : positionals;
console.log(`mutations, ${describeMachine()}, seed ${values.seed}`);
for (const name of chosen) {
  if (!names.includes(name)) throw new Error(`There is no ${name}.patch in test/mutations: ${names.join(", ")}.`);
  const { broken } = await play(name, Number(values.seed));
  const [first] = broken?.violations ?? [];
  if (broken === null || first === undefined) process.exitCode = 1;
  console.log(
    `${name}: ${first === undefined ? "NOT CAUGHT" : `caught ${whenOf(broken)}, ${first.promise}: ${first.what}`}`,
  );
}

async function play(name: string, seed: number): Promise<RunResult> {
  const patch = join(folder, `${name}.patch`);
  // Where the broken part is at work stands at the head of its patch.
  const isEmbedded = /^Database: pglite$/m.test(await readFile(patch, "utf8"));
  const copy = await copyWithPatch(patch);
  try {
    const world = await startRealWorld({ seed, server: isEmbedded ? null : databaseServer(), code: copy.directory });
    try {
      return await run(world, { seed, rounds, print: (line) => console.log(`  ${line}`) });
    } finally {
      await world.stop();
    }
  } finally {
    await copy.remove();
  }
}

function whenOf(broken: RunResult["broken"]): string {
  return broken?.round === "end" ? `after round ${rounds}` : `in round ${broken?.round}`;
}
