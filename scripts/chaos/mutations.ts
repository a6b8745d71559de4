import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyWithPatch } from "../patched-copy.ts";
import { databaseServer, describeMachine } from "./machine.ts";
import { type MutationOptions, readMutationOptions } from "./mutation-options.ts";
import { startRealWorld } from "./real-world.ts";
import { type RunResult, run } from "./run.ts";

const rounds = 20;
const usage = `npm run chaos:mutations -- [--seed S] [--only FAULT] [NAME ...]

Runs the chaos rig against builds that are broken on purpose (test/mutations/NAME.patch, each applied to a copy of the
code), and fails unless the checker catches every one of them within ${rounds} rounds.
  --seed       the same seed draws the same faults (1)
  --only       a part of the names of the kills that are wanted, such as "SIGSTOP until" (all)`;

const folder = fileURLToPath(new URL("../../test/mutations", import.meta.url));

const names = (await readdir(folder)).filter((file) => file.endsWith(".patch")).map((file) => file.slice(0, -6));
const options = readMutationOptions(process.argv.slice(2), names);
if (options === null) {
  console.error(`${usage}\n\nNAMES: ${names.join(", ")}`);
  process.exit(2);
}

const chosen = options.names.length === 0 ? names : options.names;
console.log(`mutations, ${describeMachine()}, seed ${options.run.seed}`);
for (const name of chosen) {
  const { broken } = await play(name, options.run);
  const [first] = broken?.violations ?? [];
  if (broken === null || first === undefined) process.exitCode = 1;
  console.log(
    `${name}: ${first === undefined ? "NOT CAUGHT" : `caught ${whenOf(broken)}, ${first.promise}: ${first.what}`}`,
  );
}

async function play(name: string, given: MutationOptions["run"]): Promise<RunResult> {
  const patch = join(folder, `${name}.patch`);
  // Where the broken part is at work stands at the head of its patch.
  const isEmbedded = /^Database: pglite$/m.test(await readFile(patch, "utf8"));
  const copy = await copyWithPatch(patch);
  try {
    const world = await startRealWorld({
      seed: given.seed,
      server: isEmbedded ? null : databaseServer(),
      code: copy.directory,
      crms: ["hubspot"],
    });
    try {
      return await run(world, { ...given, rounds, print: (line) => console.log(`  ${line}`) });
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
