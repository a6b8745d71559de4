import { expect, test } from "@jest/globals";
import { CrmError, Invalid, verdicts } from "../src/errors.ts";

test("a CRM error carries what its reader needs, and nothing that was not given", () => {
  const retryAt = new Date("2026-11-20T10:00:00Z");
  const error = new CrmError("locked", "Contact 7 is locked.", { retryAt, status: 423, cause: new Error("sdk") });

  expect(error).toMatchObject({
    name: "CrmError",
    kind: "locked",
    message: "Contact 7 is locked.",
    retryAt,
    status: 423,
  });
  expect([error.rule, error.fields, error.correlationId, error.cause]).toEqual([
    undefined,
    undefined,
    undefined,
    new Error("sdk"),
  ]);
});

test("only a write without an answer is reconciled, and only a lost connection pauses", () => {
  const kindsOf = (verdict: string) =>
    Object.entries(verdicts).flatMap(([kind, its]) => (its === verdict ? [kind] : []));

  expect([kindsOf("reconcile"), kindsOf("pause-connection")]).toEqual([["unknown-outcome"], ["unauthorized-final"]]);
});

test("Invalid lists every problem with its place", () => {
  const problems = [
    { path: "rules[2].pool", message: "names no pool", line: 14 },
    { path: "PORT", message: "is not a number" },
  ];

  expect(new Invalid("policy.yaml", problems).message).toBe(
    "policy.yaml is not valid:\n  line 14, rules[2].pool: names no pool\n  PORT: is not a number",
  );
});
