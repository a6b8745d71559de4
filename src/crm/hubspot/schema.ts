import { CrmError } from "../../errors.ts";
import type { Capabilities, FeatureOff } from "../../model/connection.ts";
import type { Pay } from "../crm.ts";
import { anything, batchResult, propertyDefinition, recordList } from "./answers.ts";
import type { Context } from "./context.ts";
import { taskKeyProperty } from "./fields.ts";
import { contactDefinitions, groupName, taskKeyDefinition } from "./own-properties.ts";
import { type ObjectName, paths } from "./paths.ts";

/** See CrmClient. What exists is left as it is; what an admin archived comes back as it was (hubspot.md §4.13). */
export async function ensureSchema(context: Context, pay: Pay): Promise<Capabilities> {
  const turn = { lane: pay.lane };
  await createGroup(context, "contacts", pay);
  await createContactProperties(context, turn);
  const uniqueTaskKey = await ensureTaskKey(context, turn);
  const readsAvailability = await canReadUsers(context, turn);
  context.memory.capabilities = {
    ...{ uniqueTaskKey, readsAvailability },
    ...(readsAvailability ? {} : { off: [noAvailability] }),
  };
  context.memory.schemaRepairedAt = context.now().getTime();
  return context.memory.capabilities;
}

const noAvailability: FeatureOff = {
  feature: "availability",
  message: "HubSpot does not let Baton read working hours and absences: everybody has the policy's hours.",
  whatToDo: "Grant the scope crm.objects.users.read by installing the app again.",
};

async function createGroup({ api }: Context, type: ObjectName, pay: Pay): Promise<void> {
  const body = { name: groupName, label: "Baton", displayOrder: -1 };
  const request = { method: "POST", path: paths.propertyGroups(type), effect: "read", body } as const;
  await unlessThere(() => api(request, anything, pay));
}

/** Creating what exists changes nothing, so that it may be sent again like a read: hence its `effect`. */
async function createContactProperties(context: Context, pay: Pay): Promise<void> {
  const body = { inputs: contactDefinitions };
  const path = paths.createProperties("contacts");
  const request = { method: "POST", path, effect: "read", body } as const;
  const shape = batchResult.pick({ errors: true });
  const answer = await unlessThere(() => context.api(request, shape, pay));
  // Some exist, and nothing says that the others were made.
  if (answer === null) return createOneByOne(context, pay);
  const failures = (answer.errors ?? []).filter(({ category }) => category !== "OBJECT_ALREADY_EXISTS");
  if (failures.length === 0) return;
  const fields = failures.flatMap(({ context }) => context?.name ?? []);
  const rule = failures[0]?.subCategory ?? failures[0]?.category ?? "VALIDATION_ERROR";
  throw new CrmError("rejected", `HubSpot refused to create ${fields.join(", ") || "Baton's properties"} (${rule}).`, {
    rule,
    fields,
  });
}

async function createOneByOne({ api }: Context, pay: Pay): Promise<void> {
  const path = paths.properties("contacts");
  for (const body of contactDefinitions)
    await unlessThere(() => api({ method: "POST", path, effect: "read", body }, anything, pay));
}

/** True when the account keeps task keys unique, which is open for tasks (hubspot.md §10.3), so it is tried. */
async function ensureTaskKey(context: Context, pay: Pay): Promise<boolean> {
  const { api, memory } = context;
  const known = await readTaskKey(context, pay);
  memory.hasTaskKey = true;
  if (known !== null) return known;
  await refusable(() => createGroup(context, "tasks", pay));
  for (const hasUniqueValue of [true, false]) {
    const body = taskKeyDefinition(hasUniqueValue);
    const request = { method: "POST", path: paths.properties("tasks"), effect: "read", body } as const;
    if (await refusable(() => unlessThere(() => api(request, anything, pay)))) {
      // An archived one of that name comes back as it was, whatever was asked for.
      return (await readTaskKey(context, pay)) ?? hasUniqueValue;
    }
  }
  memory.hasTaskKey = false;
  return false;
}

/** Null when there is no such property. */
async function readTaskKey({ api }: Context, pay: Pay): Promise<boolean | null> {
  try {
    const path = paths.property("tasks", taskKeyProperty);
    const found = await api({ method: "GET", path, effect: "read" }, propertyDefinition, pay);
    return found.hasUniqueValue === true;
  } catch (error) {
    if (error instanceof CrmError && error.kind === "not-found") return null;
    throw error;
  }
}

async function canReadUsers({ api }: Context, pay: Pay): Promise<boolean> {
  const request = { method: "GET", path: paths.objects("users"), effect: "read", query: { limit: "1" } } as const;
  return refusable(() => api(request, recordList, pay));
}

/** Null when HubSpot answers that it exists already. */
async function unlessThere<T>(create: () => Promise<T>): Promise<T | null> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof CrmError && error.kind === "conflict") return null;
    throw error;
  }
}

/** False when HubSpot refuses it for this account: not offered, or not granted. */
async function refusable(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof CrmError && ["rejected", "missing-scope", "not-found"].includes(error.kind)) return false;
    throw error;
  }
}
