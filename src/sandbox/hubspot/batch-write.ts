import type { Answer } from "../http.ts";
import { batchAnswer, missingEntry, refuseDuplicates, shuffle } from "./batch-answer.ts";
import { lookUp, requireUniqueProperty } from "./find-record.ts";
import { isUniqueProperty } from "./indexes.ts";
import { batchErrorEntry, objectNotFound, validationError } from "./object-errors.ts";
import { requireTypeId, singularName } from "./object-types.ts";
import { formatWritten } from "./objects.ts";
import { type Json, parseId, parseInputs, parseProperties, parseText } from "./parse-body.ts";
import { parseTargets } from "./parse-targets.ts";
import { type Call, HubspotError, type HubspotRecord } from "./portal.ts";
import { applyCreate, applyUpdate, prepareCreate, prepareUpdate, type Written } from "./records.ts";
import { conflictingValue } from "./validate.ts";

/** One input, checked when `prepare` is called and carried out when its answer is; `isNew` as upsert tells it. */
type Step = {
  input: Json;
  traceId: string;
  prepare: () => { values: Map<string, string>; apply: () => Written; isNew: boolean };
};
type Result = Written & { traceId: string; isNew: boolean };

const maxInputs = 100;

/** POST …/batch/create. */
export function batchCreate(call: Call): Answer {
  const typeId = requireTypeId(call.params.objectType);
  const steps = parseInputs(call.body, maxInputs).map((input): Step => {
    return { input, traceId: parseId(input.objectWriteTraceId), prepare: () => prepareNew(call, typeId, input) };
  });
  const { results, errors } = runSteps(call, typeId, steps);
  return batchAnswer(call, { status: 201, results: results.map((result) => shown(call, typeId, result)), errors });
}

/** POST …/batch/update. Ids that are not there make it a 207; a refused value refuses all unless inputs are traced. */
export function batchUpdate(call: Call): Answer {
  const { portal } = call;
  const typeId = requireTypeId(call.params.objectType);
  const inputs = parseInputs(call.body, maxInputs);
  refuseDuplicates(inputs.map((input) => parseId(input.id)));
  const isTraced = areTraced(inputs.map((input) => parseId(input.objectWriteTraceId)));
  const missing: string[] = [];
  const steps: Step[] = [];
  for (const input of inputs) {
    const id = parseId(input.id);
    const record = lookUp(portal, typeId, { id, idProperty: parseText(input.idProperty) });
    if (!record && !isTraced) missing.push(id);
    else
      steps.push({
        input,
        traceId: parseId(input.objectWriteTraceId),
        prepare: () => prepareChange(call, typeId, input, record),
      });
  }
  const { results, errors } = runSteps(call, typeId, steps);
  if (missing.length > 0) errors.push(missingEntry(singularName(typeId), missing));
  return batchAnswer(call, { status: 200, results: results.map((result) => shown(call, typeId, result)), errors });
}

/** POST …/batch/upsert, by one unique property; results say whether they are new. It cannot associate. */
export function batchUpsert(call: Call): Answer {
  const { portal } = call;
  const typeId = requireTypeId(call.params.objectType);
  const inputs = parseInputs(call.body, maxInputs);
  refuseDuplicates(inputs.map((input) => parseId(input.id).toLowerCase()));
  const steps = inputs.map((input): Step => {
    const [id, idProperty] = [parseId(input.id), parseText(input.idProperty) ?? ""];
    requireUniqueProperty(portal, typeId, idProperty);
    return {
      input,
      traceId: parseId(input.objectWriteTraceId),
      prepare() {
        const record = lookUp(portal, typeId, { id, idProperty });
        if (record) return prepareChange(call, typeId, input, record);
        return prepareNew(call, typeId, { properties: { ...parseProperties(input.properties), [idProperty]: id } });
      },
    };
  });
  const { results, errors } = runSteps(call, typeId, steps);
  const answered = results.map((result) => ({ ...shown(call, typeId, result), new: result.isNew }));
  return batchAnswer(call, { status: 200, results: answered, errors });
}

function prepareNew(call: Call, typeId: string, input: Json): ReturnType<Step["prepare"]> {
  const { portal, source, version, now } = call;
  const associations = parseTargets(portal, typeId, input.associations);
  const properties = parseProperties(input.properties ?? {});
  const prepared = prepareCreate(portal, typeId, properties, { source, version, at: now, associations });
  return { values: prepared.values, apply: () => applyCreate(prepared), isNew: true };
}

function prepareChange(
  call: Call,
  typeId: string,
  input: Json,
  record: HubspotRecord | undefined,
): ReturnType<Step["prepare"]> {
  if (!record) throw objectNotFound();
  const { portal, source, version, now } = call;
  const properties = parseProperties(input.properties);
  const prepared = prepareUpdate(portal, typeId, { record, properties }, { source, version, at: now });
  return { values: prepared.values, apply: () => applyUpdate(prepared), isNew: false };
}

/**
 * Carries out the inputs in no particular order. With a trace id of its own on each, one that fails leaves the others
 * alone; without, everything is checked before anything is written (hubspot.md §3.4).
 */
function runSteps(call: Call, typeId: string, steps: Step[]): { results: Result[]; errors: unknown[] } {
  if (!areTraced(steps.map((step) => step.traceId))) {
    const prepared = steps.map((step) => ({ ...step.prepare(), traceId: step.traceId }));
    refuseClashes(
      call,
      typeId,
      prepared.map((one) => one.values),
    );
    const results = shuffle(prepared, call.random).map(({ apply, traceId, isNew }) => ({ ...apply(), traceId, isNew }));
    return { results, errors: [] };
  }
  const results: Result[] = [];
  const errors: unknown[] = [];
  const { rowFault } = call;
  const struck = rowFault?.pick(steps.map(({ input }) => input)) ?? new Set();
  for (const { input, traceId, prepare } of shuffle(steps, call.random)) {
    try {
      const error = struck.has(input) ? rowFault?.error(input) : undefined;
      if (error !== undefined && rowFault?.isApplied === false) throw error;
      const { apply, isNew } = prepare();
      const written = apply();
      if (error !== undefined) throw error;
      results.push({ ...written, traceId, isNew });
    } catch (error) {
      if (!(error instanceof HubspotError)) throw error;
      errors.push(batchErrorEntry(error, { objectWriteTraceId: [traceId] }));
    }
  }
  return { results, errors };
}

function areTraced(traceIds: string[]): boolean {
  const unique = new Set(traceIds);
  if (traceIds.length === 0 || unique.has("")) return false;
  if (unique.size < traceIds.length) throw validationError("objectWriteTraceId must be unique within a batch.");
  return true;
}

/** Two inputs of one batch that want the same unique value. */
function refuseClashes({ portal }: Call, typeId: string, writes: Map<string, string>[]): void {
  const seen = new Set<string>();
  for (const [name, value] of writes.flatMap((values) => [...values])) {
    if (value === "" || !isUniqueProperty(portal, typeId, name)) continue;
    const key = `${name}:${value.toLowerCase()}`;
    if (seen.has(key)) throw conflictingValue(portal, { name, value, holder: "another input of this batch" });
    seen.add(key);
  }
}

function shown(call: Call, typeId: string, result: Result): Record<string, unknown> {
  const body = formatWritten(call, typeId, result);
  return result.traceId === "" ? body : { ...body, objectWriteTraceId: result.traceId };
}
