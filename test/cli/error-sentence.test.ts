import { expect, test } from "@jest/globals";
import { errorSentence } from "../../src/cli/error-sentence.ts";
import { Invalid } from "../../src/errors.ts";
import { Refused } from "../../src/refused.ts";

const systemError = (code: string, details: object) =>
  Object.assign(new Error(`${code}: raw words`), { code, ...details });

test.each([
  [
    "a taken port",
    systemError("EADDRINUSE", { address: "127.0.0.1", port: 3000 }),
    "The port is taken (127.0.0.1:3000)",
  ],
  ["a missing file", systemError("ENOENT", { path: "p.yaml" }), "There is no such file (p.yaml)."],
  [
    "a database that is down",
    systemError("ECONNREFUSED", { address: "::1", port: 5432 }),
    "Nothing answers (::1:5432)",
  ],
  [
    "a host behind a firewall",
    systemError("ETIMEDOUT", { address: "10.0.0.9", port: 5432 }),
    "does not answer (10.0.0.9",
  ],
  ["a port that is no database", new Error("Connection terminated unexpectedly"), "check that DATABASE_URL leads to"],
  ["a wrong password", systemError("28P01", {}), "The database refused the password: check DATABASE_URL."],
  ["an attempt at several addresses", new AggregateError([systemError("ECONNREFUSED", {})]), "Nothing answers: check"],
  [
    "a file in the place of the data directory",
    systemError("EEXIST", { path: "/srv/baton" }),
    "There is a file where a directory is to be (/srv/baton)",
  ],
  [
    "a file that may not be written",
    systemError("EACCES", { syscall: "open", path: "/srv/moved.csv" }),
    "Permission denied (/srv/moved.csv): let this user read and write there, or choose another place.",
  ],
  [
    "a port that is for others",
    systemError("EACCES", { syscall: "listen", address: "0.0.0.0", port: 80 }),
    "This user may not listen there (0.0.0.0:80): choose a port above 1023.",
  ],
  ["a full disk", systemError("ENOSPC", {}), "The disk is full: make room"],
  ["a full disk of the database", systemError("53100", {}), "The disk of the database is full: make room"],
  ["a refusal of ours", new Refused("Not like this."), "Not like this."],
  ["a bad setting", new Invalid("The environment", [{ path: "PORT", message: "is odd" }]), "PORT: is odd"],
  ["a bug", new TypeError("x is undefined"), "Unexpected error: x is undefined (at "],
  ["something that is no error", "boom", "Unexpected error: boom"],
])("%s is told in a sentence", (_what, error, sentence) => {
  expect(errorSentence(error)).toContain(sentence);
});

test("no stack is told, whatever it is", () => {
  expect(errorSentence(new TypeError("x")).split("\n")).toHaveLength(1);
});
