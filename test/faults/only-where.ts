import { test } from "@jest/globals";

/** A test that some machines cannot run: skipped there with the reason, and red in CI, where it must run. */
export function onlyWhere(whyNot: string | null): (name: string, run: () => Promise<void>, timeoutMs: number) => void {
  if (whyNot === null) return test;
  if (process.env.CI === "true")
    return (name, _run, timeoutMs) =>
      test(
        name,
        () => {
          throw new Error(`CI must run this: ${whyNot}.`);
        },
        timeoutMs,
      );
  return (name, run, timeoutMs) => test.skip(`${name} [skipped: ${whyNot}]`, run, timeoutMs);
}
