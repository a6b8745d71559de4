import { ControlError, type Fields, isObject, type Kind, optional, readFields } from "./control-input.ts";

/**
 * Reads the action that a body names with `action`, and `by`, the person who acts. `actions`: what each reads of its own
 * fields. Throws one 400 with all that is wrong.
 */
export function readAction<Action extends { action: string; by?: string }>(
  body: unknown,
  actions: Readonly<Record<Action["action"], (fields: Fields) => Action>>,
  person: Kind<string>,
): Action {
  const name = isObject(body) ? body.action : undefined;
  if (typeof name !== "string" || !isNameIn(name, actions))
    throw new ControlError(400, `\`action\` must be one of ${Object.keys(actions).join(", ")}`);
  const fields = readFields(body);
  const action = { ...actions[name](fields), ...optional(fields, "by", person) };
  fields.check();
  return action;
}

const isNameIn = <Name extends string>(name: string, actions: Readonly<Record<Name, unknown>>): name is Name =>
  Object.hasOwn(actions, name);
