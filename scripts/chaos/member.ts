import type { BatonProcess } from "../baton-process.ts";
import type { DatabaseProxy } from "./database-proxy.ts";

/** A process, and what stands between it and its database. */
export type Member = { process: BatonProcess; proxy: DatabaseProxy | null };

export const leaseSeconds = 5;
