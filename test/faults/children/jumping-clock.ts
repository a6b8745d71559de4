import { readFileSync } from "node:fs";

// Loaded into a process before anything else: its wall clock is off by as many ms as a file says, from one moment to the
// next, as when somebody sets it. The monotonic clock goes on as it does then.
const path = process.env.BATON_TEST_CLOCK ?? "";
const RealDate = Date;
let offMs = 0;

function look(): void {
  try {
    offMs = Number(readFileSync(path, "utf8"));
  } catch {
    offMs = 0;
  }
}

look();
setInterval(look, 20).unref();

globalThis.Date = new Proxy(RealDate, {
  construct: (real, given, target) =>
    Reflect.construct(real, given.length === 0 ? [real.now() + offMs] : given, target === Date ? real : target),
  apply: (real) => new real(real.now() + offMs).toString(),
  get: (real, name, receiver) => (name === "now" ? () => real.now() + offMs : Reflect.get(real, name, receiver)),
});
