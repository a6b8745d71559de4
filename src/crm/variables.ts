import type { z } from "zod";
import type { Problem } from "../errors.ts";
import { brokenRules, type Env, parseVariables, type Rule } from "../variables.ts";

/** What an operator sets for one CRM. The environment is given as `givenVariables` makes it. */
export type CrmVariables<Settings extends object> = {
  /** Whether anybody has set one of those that the CRM cannot do without: then it is used. */
  isGiven(given: Env): boolean;
  /** Only a CRM that is used lacks variables and breaks rules; those that are set have to be valid in any case. */
  read(given: Env, isUsed: boolean): { settings: Settings | null; problems: readonly Problem[] };
  /** Who has to reach Baton from elsewhere, as in "Acme CRM has to reach Baton"; null: all that the CRM is runs on this machine. */
  whyPublic(given: Env): string | null;
};

type Described<Schema extends z.ZodObject, Settings> = Pick<CrmVariables<object>, "whyPublic"> & {
  /** One key for each variable; no two CRMs have one of the same name. What has no default and is not optional is needed. */
  schema: Schema;
  /** Of each variable that is needed: what a person does to get it, as in "copy it from …". */
  howToGet: Readonly<Record<string, string>>;
  rules: readonly Rule[];
  toSettings(values: z.output<Schema>): Settings;
};

/** A CRM's variables, from a description of them. */
export function crmVariables<Schema extends z.ZodObject, Settings extends object>(
  described: Described<Schema, Settings>,
): CrmVariables<Settings> {
  const { schema, howToGet, rules, whyPublic, toSettings } = described;
  return {
    isGiven: (given) => Object.keys(howToGet).some((name) => given[name] !== undefined),
    read(given, isUsed) {
      const { values, problems } = parseVariables(schema, given, howToGet);
      if (!isUsed) return { settings: null, problems: problems.filter(({ path }) => given[path] !== undefined) };
      const settings = values === null ? null : toSettings(values);
      return { settings, problems: [...problems, ...brokenRules(rules, given)] };
    },
    whyPublic,
  };
}
