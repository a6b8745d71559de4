import { z } from "zod";
import type { Deps } from "../deps.ts";
import type { Said } from "./said.ts";

/** What a report works with. */
export type ReportDeps = Pick<Deps, "db"> & {
  /** All that it takes to read from a CRM; throws `Invalid` when this process lacks settings for that. */
  reading(): Deps | Promise<Deps>;
};

/** Says as it goes; throws `Refused` or `Invalid` for the person at the terminal, before the first word or later. */
export type Report = (deps: ReportDeps, input: unknown, at: string) => AsyncIterable<Said>;

/** With the shape of its input, which comes from another process. */
export function report<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (deps: ReportDeps, input: z.output<z.ZodObject<Shape>>, at: string) => AsyncIterable<Said>,
): Report {
  const input = z.object(shape);
  return (deps, given, at) => run(deps, input.parse(given), at);
}

export const daysBefore = (now: string, days: number): string =>
  new Date(Date.parse(now) - days * 86_400_000).toISOString();
