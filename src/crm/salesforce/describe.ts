import { CrmError } from "../../errors.ts";
import type { Pay } from "../crm.ts";
import { describeAnswer } from "./answers.ts";
import type { Context } from "./context.ts";

const dayMs = 86_400_000;

/**
 * The fields of an object that this user sees; null where the org has no such object. One call a day (salesforce.md §4): a
 * query that names a missing field fails as a whole.
 */
export async function fieldsOf(context: Context, object: string, { lane }: Pick<Pay, "lane">) {
  const { fields } = context.memory;
  const known = fields.get(object);
  const readAt = context.now().getTime();
  if (known !== undefined && readAt - known.readAt < dayMs) return known.names;
  const names = describe(context, object, { lane }).catch((error: unknown) => {
    fields.delete(object);
    throw error;
  });
  fields.set(object, { readAt, names });
  return names;
}

async function describe({ api }: Context, object: string, pay: Pay): Promise<ReadonlySet<string> | null> {
  try {
    const request = { method: "GET", path: `/sobjects/${object}/describe`, effect: "read" } as const;
    const { fields } = await api(request, describeAnswer, pay);
    return new Set(fields.map(({ name }) => name));
  } catch (error) {
    if (error instanceof CrmError && error.kind === "not-found") return null;
    throw error;
  }
}

/** Those of the wanted fields that are there. Paths, as `Owner.Name`, go by their reference: `OwnerId`. */
export async function presentFields(
  context: Context,
  object: string,
  { wanted, pay }: { wanted: readonly string[]; pay: Pick<Pay, "lane"> },
): Promise<string[]> {
  const present = (await fieldsOf(context, object, pay)) ?? new Set<string>();
  return [...new Set(wanted)].filter((name) => present.has(name));
}
