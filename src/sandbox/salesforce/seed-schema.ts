import { featureNames } from "./features.ts";
import { installPackage } from "./package-schema.ts";
import type { Seed } from "./parse-seed.ts";
import { notStored } from "./place-seed.ts";
import { readFields } from "./read-fields.ts";
import type { SandboxOrg } from "./sandbox-org.ts";

/** Features, the package, objects and fields of a seed. All texts are read before the first is added; throws one 400. */
export function addSchema(org: SandboxOrg, { hasPackage, objects, fields, settings }: Seed): void {
  for (const name of featureNames) {
    const isOn = settings.features?.[name];
    if (isOn !== undefined) org.setFeature(name, isOn);
  }
  const problems: string[] = [];
  const texts = [...objects.map((object) => object.fields), ...Object.values(fields)];
  for (const text of texts) {
    try {
      readFields(text);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  for (const object of Object.keys(fields))
    if (!org.tables.has(object) && objects.every(({ name }) => name !== object))
      problems.push(`fields.${object}: There is no object ${object}`);
  if (problems.length > 0) throw notStored(problems);
  if (hasPackage) installPackage(org);
  for (const object of objects) org.addObject(object);
  for (const [object, lines] of Object.entries(fields)) org.addFields(object, lines);
}
