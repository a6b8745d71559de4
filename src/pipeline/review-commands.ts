import { z } from "zod";
import { type Command, command } from "./command.ts";
import { findWorkspace } from "./publish-policy.ts";
import { answerMatch, listReviews } from "./review-matches.ts";

/** Of the commands those on accounts that are in question. */
export const reviewCommands = {
  reviews: command({ workspace: z.string().nullable() }, async (db, { workspace: name }, at) => {
    const workspaceId = name === null ? null : (await findWorkspace(db, name)).id;
    const lines = await listReviews(db.query, workspaceId, at);
    return lines.length === 0 ? ["The account of every lead is certain, or there is none in question."] : lines;
  }),
  "review-answer": command(
    {
      workspace: z.string().nullable().default(null),
      leadId: z.string(),
      answer: z.union([z.enum(["yes", "no"]), z.object({ accountId: z.string() })]),
      by: z.string(),
    },
    async (db, { workspace: name, ...answered }, at) => {
      const workspaceId = name === null ? null : (await findWorkspace(db, name)).id;
      return answerMatch(db, { ...answered, workspaceId, at });
    },
  ),
} satisfies Record<string, Command>;
