import { stampProperties, taskKeyProperty } from "./fields.ts";

/** The group that our properties stand in. */
export const groupName = "baton";

type Options = readonly (readonly [value: string, label: string])[];
type Kind = { type: string; fieldType: string; options?: Options };

const line: Kind = { type: "string", fieldType: "text" };
const instant: Kind = { type: "datetime", fieldType: "date" };

/** A property as HubSpot wants it defined (hubspot.md §4.13). */
function definition(name: string, label: string, { type, fieldType, options }: Kind) {
  const shown = options?.map(([value, text], displayOrder) => ({ value, label: text, displayOrder, hidden: false }));
  return {
    name,
    label,
    groupName,
    type,
    fieldType,
    formField: false,
    ...(shown === undefined ? {} : { options: shown }),
  };
}

/** What Baton keeps on a contact, and the two that people or forms set: the gates of the shipped policy read them. */
export const contactDefinitions = [
  definition(stampProperties.tier, "Baton: tier", line),
  definition(stampProperties.routedAt, "Baton: routed at", instant),
  definition(stampProperties.rule, "Baton: rule", line),
  definition(stampProperties.reason, "Baton: reason", { type: "string", fieldType: "textarea" }),
  definition(stampProperties.policyVersion, "Baton: policy version", line),
  definition(stampProperties.traceUrl, "Baton: why this owner", line),
  definition(stampProperties.slaDueAt, "Baton: first touch due", instant),
  definition(stampProperties.slaStatus, "Baton: first touch", {
    type: "enumeration",
    fieldType: "select",
    options: [
      ["running", "Running"],
      ["at_risk", "At risk"],
      ["breached", "Breached"],
      ["met", "Met"],
      ["stopped", "Stopped"],
    ],
  }),
  definition("baton_do_not_route", "Baton: do not route", {
    type: "bool",
    fieldType: "booleancheckbox",
    options: [
      ["true", "Yes"],
      ["false", "No"],
    ],
  }),
  definition("baton_contact_consent", "Baton: may be contacted", {
    type: "enumeration",
    fieldType: "select",
    options: [
      ["granted", "Granted"],
      ["refused", "Refused"],
    ],
  }),
];

/** The key of the operation that made a task; whether an account keeps it unique is tried. */
export const taskKeyDefinition = (hasUniqueValue: boolean) => ({
  ...definition(taskKeyProperty, "Baton: key", line),
  hasUniqueValue,
});

const ownNames: ReadonlySet<string> = new Set([taskKeyProperty, ...contactDefinitions.map(({ name }) => name)]);

/** True for a property that Baton itself creates, and may create again. */
export const isOwnProperty = (name: string): boolean => ownNames.has(name);
