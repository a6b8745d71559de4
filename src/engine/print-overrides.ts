import { conditionInWords } from "./condition-in-words.ts";
import type { Override, Policy } from "./policy.ts";

/** Where the policy sends leads whoever has a claim to them, the first that fits. */
export const overrideLines = ({ overrides }: Policy): string[] =>
  overrides.map(
    ({ name, when, to, until }) => `Override ${name}: ${targetOf(to)} when ${conditionInWords(when)}${endOf(until)}.`,
  );

const endOf = (until: string | null): string => (until === null ? "" : `; until the end of ${until}`);

function targetOf(to: Override["to"]): string {
  if ("repId" in to) return `${to.repId}, whatever they carry,`;
  return "poolId" in to ? `whose turn it is in pool ${to.poolId}` : `the queue ${to.queueId}`;
}
