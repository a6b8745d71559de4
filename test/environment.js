import { constants, createContext, runInContext } from "node:vm";
import { TestEnvironment } from "jest-environment-node";

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
    global.Error.stackTraceLimit = made.Error.stackTraceLimit;
    this.global = global;
    this.moduleMocker = new this.moduleMocker.constructor(global);
    this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: config.projectConfig, global });
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
