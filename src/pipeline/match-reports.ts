import { z } from "zod";
import { parsePolicy } from "../engine/parse-policy.ts";
import type { Db } from "../store/db.ts";
import { activePolicy } from "../store/policies.ts";
import { exportAccounts, exportLeads } from "./export-matches.ts";
import { findWorkspace } from "./publish-policy.ts";
import { type Report, report } from "./report.ts";
import { findLinked } from "./switch-mode.ts";

const wanted = { workspace: z.string().nullable(), connection: z.string().nullable() };

/** Tables for `match train`: a connection's accounts, and leads whose account is known. */
export const matchReports = {
  "match-accounts": report(wanted, async function* ({ db }, asked) {
    const { id, workspaceId } = await connectionOf(db, asked);
    const active = await activePolicy(db.query, workspaceId);
    yield* exportAccounts(db.query, id, parsePolicy(active?.text ?? "").matching);
  }),
  "match-leads": report(wanted, async function* ({ db }, asked) {
    yield* exportLeads(db.query, (await connectionOf(db, asked)).id);
  }),
} satisfies Record<string, Report>;

/** Ids of accounts and leads are their CRM account's own: a table holds those of one. */
const connectionOf = async (db: Db, asked: { workspace: string | null; connection: string | null }) =>
  findLinked(
    db.query,
    asked.connection,
    asked.workspace === null ? null : (await findWorkspace(db, asked.workspace)).id,
  );
