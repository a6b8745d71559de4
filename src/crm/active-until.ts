import type { Past, Version } from "../model/past.ts";
import type { Rep } from "../model/rep.ts";

/** CRMs do not say when somebody left; `lastAt` (ISO): when something says that they had not yet. */
export function activeUntil({ versions, doubts }: Past<Rep>, lastAt: string): Past<Rep> {
  const active = (version: Version<Rep>): Version<Rep> => ({ ...version, value: { ...version.value, active: true } });
  const [newest, ...earlier] = versions;
  const here = [newest, ...earlier].filter(({ since }) => since <= lastAt).map(active);
  const gone = [newest, ...earlier].filter(({ since }) => since > lastAt);
  const last = here[0]?.value ?? newest.value;
  const left = { since: new Date(Date.parse(lastAt) + 1).toISOString(), value: { ...last, active: false } };
  const [first = left, ...rest] = [...gone, left, ...here];
  return { versions: [first, ...rest], doubts };
}
