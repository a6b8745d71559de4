/** PostgreSQL's classes for "data exception" and "integrity constraint violation": the fault of what was sent. */
const faultyData = /^2[23]/;
const lostSocket = /^E[A-Z]+$/;
/** What node-postgres and Kysely say, without a code, of a connection that was lost, or never was. */
const lostConnection =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Postgres connection has been discarded)/;

/** PostgreSQL's or the system's code for the failure; null when it gave none. */
export function outageCode(error: unknown): string | null {
  const code: unknown = typeof error === "object" && error !== null && "code" in error ? error.code : null;
  return typeof code === "string" && /^[A-Z0-9_]{1,20}$/.test(code) ? code : null;
}

/** True when the database failed for a reason of its own: the same statement may well succeed later. */
export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = "code" in error ? error.code : undefined;
  if (typeof code !== "string") return lostConnection.test(error.message);
  return lostSocket.test(code) || (/^[0-9A-Z]{5}$/.test(code) && !faultyData.test(code));
}
