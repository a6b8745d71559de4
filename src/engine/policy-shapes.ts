import { z } from "zod";
import { insteadOf } from "./found.ts";
import { isCountryCode, normaliseCountry } from "./normalise/country.ts";

/** Ids are often written without quotes, as numbers. */
export const text = z.union([z.string().trim().min(1), z.number().transform(String)], {
  error: ({ input }) => insteadOf("must be a text that is not empty", input === "" ? undefined : input),
});
export const texts = z.array(text);

/** Its text is read by `checkConditions`, which says what is wrong with it. */
export const condition = z
  .unknown()
  .refine((written) => written !== undefined && written !== null, {
    error: 'must be a condition: "all", "any", "not", or "field" with "operator" and "value"',
  })
  .meta({ condition: "needed" });

/** A condition that may be left out. */
export const optionalCondition = z
  .custom<object | null>(() => true)
  .default(null)
  .meta({ condition: "optional" });

/** As an optional condition, where leaving it out is not the same as none. */
export const maybeCondition = z
  .custom<object | null>(() => true)
  .optional()
  .meta({ condition: "optional" });

/** One of the CRM's own fields of accounts. */
export const accountField = z
  .string({ error: 'must be a field of the account, such as "account.crm.csm"' })
  .regex(/^account\.crm\.[A-Za-z0-9_]+$/, {
    error: ({ input }) => `"${input}" is no field of the CRM's accounts; write one such as "account.crm.csm"`,
  });

const durationPattern = /^(\d{1,4})\s*(m|min|h)$/;

const noDuration = ({ input }: { input?: unknown }): string =>
  insteadOf('must be a duration such as "15m" or "4h"', input);

/** "15m" or "4h", in minutes. */
export const minutes = z
  .string({ error: noDuration })
  .regex(durationPattern, { error: noDuration, abort: true })
  .transform((duration) => {
    const [, amount, unit] = durationPattern.exec(duration) ?? [];
    return Number(amount) * (unit === "h" ? 60 : 1);
  })
  .refine((duration) => duration > 0, "must be longer than nothing");

export const firstTouch = z
  .strictObject({ warn: minutes, breach: minutes })
  .refine(({ warn, breach }) => warn < breach, { path: ["warn"], error: "must be shorter than the breach limit" });

export const country = text.refine((code) => code === "*" || isCountryCode(code), {
  error: ({ input }) => `"${input}" is no country code of two capitals${countryMeant(String(input))}`,
});

function countryMeant(written: string): string {
  const meant = normaliseCountry(written).value;
  return meant === null ? "" : ` — did you mean "${meant}"?`;
}
