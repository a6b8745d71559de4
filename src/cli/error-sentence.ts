import { Invalid as InvalidPolicy } from "../engine/invalid.ts";
import { CrmError, Invalid } from "../errors.ts";
import { Refused } from "../refused.ts";

const expected = [Refused, Invalid, InvalidPolicy, CrmError];

const bySystemCode: Readonly<Record<string, (detail: string, error: Error) => string>> = {
  EADDRINUSE: (detail) => `The port is taken${detail}: stop what listens there, or choose another one.`,
  EACCES: (detail, error) =>
    Reflect.get(error, "syscall") === "listen"
      ? `This user may not listen there${detail}: choose a port above 1023.`
      : `Permission denied${detail}: let this user read and write there, or choose another place.`,
  ENOENT: (detail) => `There is no such file${detail}.`,
  EEXIST: notADirectory,
  ENOTDIR: notADirectory,
  EISDIR: (detail) => `That is a directory, not a file${detail}.`,
  ENOSPC: () => `The disk is full: ${makeRoom}`,
  ECONNREFUSED: (detail) =>
    `Nothing answers${detail}: check that the database is up and that DATABASE_URL leads to it.`,
  ENOTFOUND: (detail) => `The host is not known${detail}: check the address in DATABASE_URL.`,
  ETIMEDOUT: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  "28P01": () => "The database refused the password: check DATABASE_URL.",
  "28000": () => "The database refused the user: check DATABASE_URL.",
  "53100": () => `The disk of the database is full: ${makeRoom}`,
  "53300": () => "The database has no connection left: raise its max_connections, or stop what holds them.",
  "57P03": () => "The database is starting or stopping: try again in a moment.",
  "25P03": () =>
    "The database ended the connection, for this machine stood still for ten seconds in the middle of something: try again.",
  "3D000": () => "The database does not exist: create it, or check the name at the end of DATABASE_URL.",
};

/** What pg and Kysely say, without a code, when nobody speaks PostgreSQL at the other end, or no more. */
const noDatabase =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Postgres connection has been discarded)/;

const makeRoom = "make room where the database lies and start Baton again. What was acknowledged is still there.";

function notADirectory(detail: string): string {
  return `There is a file where a directory is to be${detail}: choose another place, in BATON_DATA_DIR if it is Baton's data.`;
}

function unreachable(detail: string): string {
  return `The host does not answer${detail}: check the address in DATABASE_URL, and that a firewall lets it through.`;
}

/** What to tell the person at the terminal: no stack, and what to do where that is known. */
export function errorSentence(error: unknown): string {
  if (expected.some((kind) => error instanceof kind) && error instanceof Error) return error.message;
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  if (!(cause instanceof Error)) return `Unexpected error: ${String(cause)}`;
  const code: unknown = Reflect.get(cause, "code");
  const sentence = typeof code === "string" ? bySystemCode[code] : undefined;
  if (sentence) return sentence(detailOf(cause), cause);
  if (noDatabase.test(cause.message)) {
    return "The database did not answer, or ended the connection: check that DATABASE_URL leads to PostgreSQL and that it is up.";
  }
  const place = /\bat .*/.exec(cause.stack?.replace(cause.message, "") ?? "")?.[0] ?? "an unknown place";
  return `Unexpected error: ${cause.message} (${place}). This is a bug in Baton; please report this line.`;
}

/** The path or address that a system error is about. */
function detailOf(error: Error): string {
  const path: unknown = Reflect.get(error, "path");
  if (typeof path === "string") return ` (${path})`;
  const [host, port]: unknown[] = [
    Reflect.get(error, "address") ?? Reflect.get(error, "hostname"),
    Reflect.get(error, "port"),
  ];
  if (host === undefined) return "";
  return ` (${[host, port].filter((part) => part !== undefined).join(":")})`;
}
