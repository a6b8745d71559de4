import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { constants, createContext, runInContext } from "node:vm";
import { TestEnvironment } from "jest-environment-node";

let compiled;

/** PGlite's module, compiled once for all test files of a process: each would take a second for it, and again for each database. */
function compiledPglite() {
  const file = fileURLToPath(import.meta.resolve("@electric-sql/pglite/pglite.wasm"));
  compiled ??= readFile(file).then((bytes) => WebAssembly.compile(bytes));
  return compiled;
}

const leastLimitMs = 180_000;

const sharedWithNode = new Set(["Buffer", "ArrayBuffer", "Uint8Array"]);

/**
 * Jest's Node environment, in a realm whose globals are plain properties: Jest's own looks for each `Math` or `Object`
 * through a proxy, which makes a law of a million cases, or a whole app in a test, run at a third of its speed.
 */
export default class PlainEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const made = this.global;
    this.context = createContext(constants.DONT_CONTEXTIFY);
    const global = runInContext("globalThis", this.context);
    for (const key of Reflect.ownKeys(made))
      if (!Object.hasOwn(global, key) || sharedWithNode.has(key)) copy(key, made, global);
    global.global = global;
    // A module is one of its realm's own only by its prototype.
    const { prototype } = runInContext("WebAssembly.Module", this.context);
    global.compiledPglite = async () => Object.setPrototypeOf(await compiledPglite(), prototype);
    global.Error.stackTraceLimit = made.Error.stackTraceLimit;
    this.global = global;
    this.moduleMocker = new this.moduleMocker.constructor(global);
    this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: config.projectConfig, global });
  }

  /**
   * A time limit is there for a test that hangs, not for a machine that is shared: one that names its own gets no less
   * than this.
   */
  handleTestEvent({ name, test, hook }) {
    if (name === "test_start") test.timeout = Math.max(test.timeout ?? 0, leastLimitMs);
    if (name === "hook_start") hook.timeout = Math.max(hook.timeout ?? 0, leastLimitMs);
  }

  async teardown() {
    await super.teardown();
    this.global = null;
  }
}

/** What Node loads at its first use is still loaded only then, and is a plain property from then on. */
function copy(key, from, to) {
  const descriptor = Object.getOwnPropertyDescriptor(from, key);
  if (descriptor.get === undefined || !descriptor.configurable) {
    Object.defineProperty(to, key, descriptor);
    return;
  }
  const { enumerable } = descriptor;
  const become = (value) =>
    void Object.defineProperty(to, key, { configurable: true, enumerable, writable: true, value });
  const get = () => {
    const value = from[key];
    become(value);
    return value;
  };
  Object.defineProperty(to, key, { configurable: true, enumerable, get, set: become });
}
