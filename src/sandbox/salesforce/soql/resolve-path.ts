import type { Field, Row, SObject, Value } from "../schema.ts";
import { nameObject, toNameRow } from "./name-object.ts";
import type { From, Path } from "./query.ts";
import { queryError } from "./query-error.ts";
import type { SoqlSource } from "./source.ts";

/** Where names in a query are looked up: an object, by its name or its alias. */
export type Scope = { source: SoqlSource; text: string; object: SObject; alias: string | null };

/** A step from a record to its parent. `entity` says which fields the parent shows; `targets`, of what object it may be. */
export type Reference = { field: Field; name: string; entity: SObject; targets: readonly SObject[] };

/** A field at the end of a path; `entity` is what it is a field of. */
export type Resolved = { steps: readonly Reference[]; field: Field; entity: SObject; at: number };

const maxSteps = 5;

const describeHint = "Please reference your WSDL or the describe call for the appropriate names.";

/** The object of a FROM; 400 INVALID_TYPE. */
export function resolveObject(source: SoqlSource, text: string, { name, at }: From): SObject {
  const object = source.objectNamed(name);
  if (object) return object;
  const hint = "If you are attempting to use a custom object, be sure to append the '__c' after the entity name.";
  throw queryError("INVALID_TYPE", text, at, `sObject type '${name}' is not supported. ${hint} ${describeHint}`);
}

/** The field that a path names; 400 INVALID_FIELD. */
export function resolvePath(scope: Scope, path: Path): Resolved {
  const [first = "", ...rest] = path.parts;
  const isOwnName = rest.length > 0 && isNameOf(scope, first);
  const names = isOwnName ? rest : path.parts;
  const steps: Reference[] = [];
  let entity = scope.object;
  for (const name of names.slice(0, -1)) {
    const step = resolveReference(scope, entity, { name, at: path.at });
    steps.push(step);
    entity = step.entity;
  }
  if (steps.length > maxSteps) {
    const message = `A relationship path has at most ${maxSteps} levels: ${path.parts.join(".")}`;
    throw queryError("INVALID_FIELD", scope.text, path.at, message);
  }
  return { steps, field: resolveField(scope, entity, { name: names.at(-1) ?? "", at: path.at }), entity, at: path.at };
}

function isNameOf({ object, alias }: Scope, name: string): boolean {
  const lower = name.toLowerCase();
  return lower === object.name.toLowerCase() || lower === alias?.toLowerCase();
}

type Named = { name: string; at: number };

function resolveField({ text }: Scope, entity: SObject, { name, at }: Named): Field {
  const lower = name.toLowerCase();
  const field = entity.fields.find((one) => one.name.toLowerCase() === lower);
  if (field) return field;
  const hint = "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.";
  const message = `No such column '${name}' on entity '${entity.name}'. ${hint} ${describeHint}`;
  throw queryError("INVALID_FIELD", text, at, message);
}

function resolveReference({ source, text }: Scope, entity: SObject, { name, at }: Named): Reference {
  const lower = name.toLowerCase();
  const field = entity.fields.find((one) => one.relationshipName?.toLowerCase() === lower);
  const targets = (field?.referenceTo ?? []).flatMap((target) => source.objectNamed(target) ?? []);
  const [only] = targets;
  if (!field?.relationshipName || !only) {
    const hint =
      "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.";
    const message = `Didn't understand relationship '${name}' in field path. ${hint} ${describeHint}`;
    throw queryError("INVALID_FIELD", text, at, message);
  }
  return { field, name: field.relationshipName, entity: isPolymorphic(field) ? nameObject : only, targets };
}

/** May it point to records of several objects? */
function isPolymorphic({ referenceTo }: Field): boolean {
  return referenceTo.length > 1;
}

/** The parent of a row, as its entity shows it; null without one. */
export function follow(source: SoqlSource, step: Reference, row: Row): { object: SObject; row: Row } | null {
  const id = row[step.field.name];
  if (typeof id !== "string") return null;
  if (!isPolymorphic(step.field)) {
    const parent = source.byId(step.entity, id);
    return parent && { object: step.entity, row: parent };
  }
  const object = step.targets.find(({ keyPrefix }) => id.startsWith(keyPrefix));
  const parent = object && source.byId(object, id);
  return parent ? { object, row: toNameRow(object, parent) } : null;
}

/** Reads the field at the end of a path; null when a parent on the way is missing. */
export function readerOf(source: SoqlSource, { steps, field }: Resolved): (row: Row) => Value {
  if (steps.length === 0) return (row) => readField(row, field);
  return (row) => {
    let end = row;
    for (const step of steps) {
      const parent = follow(source, step, end);
      if (!parent) return null;
      end = parent.row;
    }
    return readField(end, field);
  };
}

/** A check box is never null. */
export function readField(row: Row, field: Field): Value {
  return row[field.name] ?? (field.type === "boolean" ? false : null);
}
