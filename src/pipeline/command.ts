import { z } from "zod";
import type { Db } from "../store/db.ts";

/** Works on the database and answers the lines to print; throws `Refused` or `Invalid` for the person at the terminal. */
export type Command = (db: Db, input: unknown, at: string) => Promise<readonly string[]>;

/** With the shape of its input, which comes from another process. */
export function command<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (db: Db, input: z.output<z.ZodObject<Shape>>, at: string) => Promise<readonly string[]>,
): Command {
  const input = z.object(shape);
  return (db, given, at) => run(db, input.parse(given), at);
}
