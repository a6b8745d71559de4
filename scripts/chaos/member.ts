import type { BatonProcess } from "../baton-process.ts";
import type { DatabaseProxy } from "./database-proxy.ts";

/** A process, and what stands between it and its database. */
export type Member<P extends BatonProcess = BatonProcess> = { process: P; proxy: DatabaseProxy | null };

/** The shortest that the settings allow: a lease has run out within a round or two. */
export const leaseSeconds = 5;
