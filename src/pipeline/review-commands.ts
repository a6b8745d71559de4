import { z } from "zod";
import { answerMatch } from "./answer-review.ts";
import { type Command, command } from "./command.ts";
import { listReviews } from "./list-reviews.ts";
import { findWorkspace } from "./publish-policy.ts";

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
      replaces: z.boolean().default(false),
    },
    async (db, { workspace: name, ...answered }, at) => {
      const workspaceId = name === null ? null : (await findWorkspace(db, name)).id;
      return answerMatch(db, { ...answered, workspaceId, at });
    },
  ),
} satisfies Record<string, Command>;
