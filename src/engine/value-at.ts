import type { Past } from "../model/past.ts";

/** What it was at a moment. */
export function valueAt<T>({ versions }: Pick<Past<T>, "versions">, at: string): T {
  const [newest] = versions;
  return (versions.find(({ since }) => since <= at) ?? versions.at(-1) ?? newest).value;
}
