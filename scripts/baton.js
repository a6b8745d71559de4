#!/usr/bin/env node
import "./check-node.js";

// A published package holds dist/ and no src/; Node strips no types below node_modules. A checkout runs src/ as it is.
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";

// Compiled code is kept in the system's folder for temporary files: a third of what a start takes.
enableCompileCache();
const source = new URL("../src/main.ts", import.meta.url);
const built = new URL("../dist/main.js", import.meta.url);
const { main } = await import((existsSync(source) ? source : built).href);
await main(process.argv);
