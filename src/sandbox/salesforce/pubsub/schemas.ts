import type { SObject } from "../schema.ts";
import { type EventSchema, eventSchemaOf } from "./event-schema.ts";
import { Refusal } from "./refusal.ts";

export type ObjectSchema = { object: SObject; schema: EventSchema };

/** The schemas that the org's events have and had: an object that gets another field gets another schema. */
export type Schemas = {
  /** The present one. */
  of(entityName: string): ObjectSchema;
  /** Any that `of` has ever answered; refuses others. */
  named(id: string): EventSchema;
};

/** Throws when it is asked for an object that the org does not have. */
export function createSchemas({ objectNamed }: { objectNamed(name: string): SObject | null }): Schemas {
  const schemas = new Map<string, EventSchema>();
  return {
    of(entityName) {
      const object = objectNamed(entityName);
      if (!object) throw new Error(`The event bus was given a change of ${entityName}, which this org does not have`);
      const schema = eventSchemaOf(object);
      schemas.set(schema.id, schema);
      return { object, schema };
    },
    named(id) {
      const schema = schemas.get(id);
      if (!schema) throw new Refusal("unknown-schema", `The schema ${JSON.stringify(id)} doesn't exist in this org.`);
      return schema;
    },
  };
}
