import { expect, test } from "@jest/globals";
import { CrmError } from "../src/errors.ts";
import { createLog, type LogFields } from "../src/log.ts";

const canaries = ["CANARY-token", "anna@canary.example", "Anna Canary", "canary body {}", "canary quoted value"];

/** A log and what it wrote. */
function aLog(options: { pretty: boolean } = { pretty: false }) {
  const lines: string[] = [];
  return { lines, log: createLog({ level: "debug", ...options, write: (line) => lines.push(line) }) };
}

/** As a careless caller would, past the compiler. */
function careless(fields: Record<string, unknown>): LogFields {
  return fields;
}

test("ids, counts and codes come out", () => {
  const { log, lines } = aLog();
  log.info({ leadId: "1246965", count: 3, because: "no-domain", at: "2026-11-20T10:00:00.000Z" }, "decided");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    leadId: "1246965",
    count: 3,
    because: "no-domain",
    msg: "decided",
  });
});

test.each([{ pretty: false }, { pretty: true }])("no canary gets out, whatever is passed (pretty: $pretty)", ({
  pretty,
}) => {
  const { log, lines } = aLog({ pretty });
  const cause = Object.assign(new Error(canaries[4]), { code: "23505", detail: canaries[4] });
  const error = Object.assign(new CrmError("rejected", canaries[4] ?? "", { rule: canaries[2] ?? "", cause }), {
    token: canaries[0],
  });
  log.error(
    careless({ token: canaries[0], email: canaries[1], body: canaries[3], lead: { name: canaries[2] } }),
    "odd",
  );
  log.warn(careless({ leadId: canaries[1], because: canaries[2], count: canaries[2] }), "odd");
  log.with(careless({ because: canaries[4] })).error({ error }, "failed");
  log.error({ error: canaries[4] }, "failed");
  expect(canaries.filter((canary) => lines.join("").includes(canary))).toEqual([]);
});

test("an error is told by its name, kind, code and places", () => {
  const { log, lines } = aLog();
  log.error({ error: new CrmError("rejected", "secret words", { status: 400 }) }, "failed");
  const { error } = JSON.parse(lines[0] ?? "");
  expect(error).toMatchObject({ name: "CrmError", kind: "rejected", status: 400 });
  expect(error.at[0]).toMatch(/log\.test\.ts:\d+:\d+/);
});

test("a message of several lines cannot fake a place", () => {
  const { log, lines } = aLog();
  log.error({ error: new Error("x\n    at anna@canary.example (y)") }, "failed");
  expect(lines.join("")).not.toContain("anna@canary.example");
});

test("what is bound to a child is on each of its lines", () => {
  const { log, lines } = aLog();
  log.with({ workspaceId: "w1" }).with({ connectionId: "c1" }).info({}, "x");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ workspaceId: "w1", connectionId: "c1" });
});
