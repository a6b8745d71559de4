import { CrmError } from "../../errors.ts";
import type { Pay } from "../crm.ts";
import { describeAnswer } from "./answers.ts";
import type { Context, ObjectFields } from "./context.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** `turn`: how the call that goes on with it is paid for, as the look may have cost the permit that was at hand. */
export type Seen = { fields: ObjectFields | null; turn: Pay };

/**
 * The fields of an object that this user sees; null where the org has no such object. At most one call, with the permit at hand
 * (salesforce.md §4): a query that names a missing field fails as a whole. What is older than a day is given all the same, and
 * read anew meanwhile. When it throws, the permit is given back.
 */
export async function fieldsOf(context: Context, object: string, pay: Pay): Promise<Seen> {
  const { fields, looks } = context.memory;
  const known = fields.get(object);
  if (known !== undefined) {
    const isOld = context.now().getTime() - known.readAt >= dayMs;
    if (isOld && !looks.has(object)) lookAgain(context, object, { lane: pay.lane });
    return { fields: known.fields, turn: pay };
  }
  const underWay = looks.get(object);
  // Who waits holds no permit: the look that is waited for may need one.
  if (underWay !== undefined) pay.permit?.release();
  return { fields: await (underWay ?? look(context, object, pay)), turn: { lane: pay.lane } };
}

function look(context: Context, object: string, pay: Pay): Promise<ObjectFields | null> {
  const { fields, looks } = context.memory;
  const looking = describe(context, object, pay)
    .then((found) => {
      fields.set(object, { fields: found, readAt: context.now().getTime() });
      return found;
    })
    .finally(() => looks.delete(object));
  looks.set(object, looking);
  return looking;
}

/** Nobody waits for it. What fails is tried again after a minute. */
function lookAgain(context: Context, object: string, pay: Pay): void {
  const { fields } = context.memory;
  look(context, object, pay).catch(() => {
    const known = fields.get(object);
    if (known !== undefined) fields.set(object, { ...known, readAt: context.now().getTime() - dayMs + minuteMs });
  });
}

async function describe({ api }: Context, object: string, pay: Pay): Promise<ObjectFields | null> {
  try {
    const request = { method: "GET", path: `/sobjects/${object}/describe`, effect: "read" } as const;
    const { fields } = await api(request, describeAnswer, pay);
    return new Map(fields.map((field) => [field.name, field]));
  } catch (error) {
    if (error instanceof CrmError && error.kind === "not-found") return null;
    throw error;
  }
}

/** Those of the objects that this user may read; of what is missing a query would fail, and all that are asked with it. */
export async function presentObjects<T extends string>(
  context: Context,
  objects: readonly T[],
  pay: Pay,
): Promise<{ there: ReadonlySet<T>; turn: Pay }> {
  const there = new Set<T>();
  let turn = pay;
  for (const object of objects) {
    const seen = await fieldsOf(context, object, turn);
    if (seen.fields !== null) there.add(object);
    turn = seen.turn;
  }
  return { there, turn };
}

/** Made of other fields, and no value of its own (salesforce.md §4.1). */
const compound = new Set(["address", "location"]);

/** Those of the wanted fields that are there and hold a value. */
export async function presentFields(
  context: Context,
  object: string,
  { wanted, pay }: { wanted: readonly string[]; pay: Pay },
): Promise<{ fields: string[]; turn: Pay }> {
  const { fields, turn } = await fieldsOf(context, object, pay);
  const isThere = (name: string) => {
    const field = fields?.get(name);
    return field !== undefined && !compound.has(field.type);
  };
  return { fields: [...new Set(wanted)].filter(isThere), turn };
}
