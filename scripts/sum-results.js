// Prints jest's own counts over all of its result files, alone on the last line: "N passed, N failed".
import { readFileSync } from "node:fs";

const runs = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")));
const sum = (read) => runs.reduce((total, run) => total + read(run), 0);
const passed = sum((run) => run.numPassedTests);
// A test file that does not even start has no failed test of its own.
const failed = sum((run) => run.numFailedTests + run.numRuntimeErrorTestSuites);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
