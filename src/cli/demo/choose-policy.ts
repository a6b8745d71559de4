import { readStartingPolicy } from "../../pipeline/starting-policy.ts";
import type { Chosen } from "./places.ts";
import { demoPolicy } from "./policy.ts";

/** The policy that a file holds, as it is; null: the one that is made for a demo of these CRMs. */
export async function choosePolicy(
  file: string | null,
  demo: { leads: number; crms: readonly Chosen[] },
): Promise<string> {
  const text = await readStartingPolicy(file);
  if (file !== null) return text;
  return demoPolicy(text, { ...demo, crms: demo.crms.map(({ name, kit }) => ({ name, policy: kit.policy })) });
}
