import { z } from "zod";
import type { Problem } from "./errors.ts";

/** Variables of the environment, by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A rule over several variables; it sees them as they were given, so that it speaks even when one of them is not valid. */
export type Rule = { path: string; isBroken: (given: Env) => boolean; message: string };

/** Without blanks around them. An empty variable counts as not set. */
export function givenVariables(env: Env): Env {
  const trimmed = Object.entries(env).map(([name, value]) => [name, value?.trim()] as const);
  return Object.fromEntries(trimmed.filter(([, value]) => value));
}

/** `values`: null when any is missing or not valid. `howToGet`: of those that may be missing, what a person does about it. */
export function parseVariables<T extends z.ZodType>(
  schema: T,
  given: Env,
  howToGet: Readonly<Record<string, string>>,
): { values: z.output<T> | null; problems: readonly Problem[] } {
  const { data, error } = schema.safeParse(given);
  if (error === undefined) return { values: data ?? null, problems: [] };
  const problems = error.issues.map((issue) => {
    const path = issue.path.join(".");
    return { path, message: given[path] === undefined ? `missing; ${howToGet[path]}` : issue.message };
  });
  return { values: null, problems };
}

/** What the given variables do wrong together. */
export function brokenRules(rules: readonly Rule[], given: Env): readonly Problem[] {
  return rules.filter((rule) => rule.isBroken(given)).map(({ path, message }) => ({ path, message }));
}

/** Of a server; without a slash at the end. */
export const baseUrl = z.string().superRefine((text, context) => {
  const fail = (message: string) => context.addIssue({ code: "custom", message });
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text)) return fail("must be a URL such as https://example.com");
  if (text.endsWith("/")) return fail("must not end with a slash");
  const { protocol, username, search, hash } = new URL(text);
  if (username || search || hash) return fail("must hold no user name, query or fragment");
  if (protocol === "http:" && !isOfThisMachine(text))
    return fail("must begin with https:// unless it is on this machine");
});

export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
}

/** One, or several with commas while one is rotated. */
export const secrets = z.string().transform((text, context): [string, ...string[]] => {
  const [first, ...others] = text.split(",").map((secret) => secret.trim());
  if (first && others.every(Boolean)) return [first, ...others];
  context.addIssue({
    code: "custom",
    message: "must be one secret, or several with a comma between, the current one first",
  });
  return z.NEVER;
});

export function isPlaceholder(secret: string): boolean {
  return secret.trim().length < 16 || /^(change|example|test|your)/i.test(secret.trim());
}

export function isOfThisMachine(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(URL.parse(url)?.hostname ?? "");
}
