import type { Field, SObject } from "../schema.ts";
import { fieldsOf } from "../write-records.ts";
import type { XmlElement } from "./read-xml.ts";

/** What an sObject element gives its fields, as JSON would have it: XML has texts alone. `fieldsToNull` names those to empty, as what is nil is. */
export function valuesIn(element: XmlElement, object: SObject): Record<string, unknown> {
  const fields = fieldsOf(object);
  const values: Record<string, unknown> = {};
  for (const { name, text } of element.children) {
    if (name === "type" || name === "Id") continue;
    if (name === "fieldsToNull") values[text] = null;
    else values[name] = typed(fields.get(name.toLowerCase()), text);
  }
  return values;
}

function typed(field: Field | undefined, text: string): unknown {
  switch (field?.type) {
    case "boolean":
      return { true: true, "1": true, false: false, "0": false }[text] ?? text;
    case "int":
    case "double":
    case "currency":
      return text === "" || Number.isNaN(Number(text)) ? text : Number(text);
    default:
      return text;
  }
}
