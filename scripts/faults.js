// Runs the fault tests of reliability.md §3 and the bad inputs of its §5.4 whole: `npm run faults`, or some of them:
// `npm run faults -- F6 F12 B`. With `--short` their short form; what follows `--` is jest's.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const given = process.argv.slice(2);
const end = given.indexOf("--");
const own = end < 0 ? given : given.slice(0, end);
const forJest = end < 0 ? [] : given.slice(end + 1);
const isShort = own.includes("--short");
const wanted = own.filter((word) => word !== "--short");
const wrong = wanted.find((name) => !/^(F\d{1,2}|B)$/.test(name));
if (wrong !== undefined) {
  console.error(`There is no fault test "${wrong}": name them as in F6, B for the bad inputs, or none for all.`);
  process.exit(1);
}

const filesOf = (name) => (name === "B" ? "test/bad-inputs" : `test/faults/f${name.slice(1).padStart(2, "0")}-`);
const files = wanted.map(filesOf);
const jest = [
  "--experimental-vm-modules",
  "--disable-warning=ExperimentalWarning",
  fileURLToPath(new URL("../node_modules/jest/bin/jest.js", import.meta.url)),
  // `npm test` leaves them out.
  "--testPathIgnorePatterns",
  "/node_modules/",
  // Whole, one at a time: they measure, and what they measure shares the machine.
  ...(isShort ? [] : ["--runInBand"]),
  ...forJest,
  "--",
  ...(files.length > 0 ? files : ["test/faults", "test/bad-inputs"]),
];
const { status } = spawnSync(process.execPath, jest, {
  stdio: "inherit",
  env: { ...process.env, FAULT_SCALE: isShort ? "short" : "whole" },
});
process.exitCode = status ?? 1;
