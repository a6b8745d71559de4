import { expect, test } from "@jest/globals";
import { canonicalPath, isDatedVersion, versionOf } from "../../../src/sandbox/hubspot/versions.ts";
import { createRouter, matchesPattern } from "../../../src/sandbox/router.ts";

const route = (method: string, ...paths: string[]) => ({ method, paths });

test("a literal segment wins over a parameter, and a parameter is tried when the literal leads nowhere", () => {
  const find = createRouter([route("GET", "/x/:type/:id"), route("GET", "/x/contacts/search")]);

  expect([find("GET", "/x/contacts/search")?.pattern, find("GET", "/x/contacts/7")?.params]).toEqual([
    "/x/contacts/search",
    { type: "contacts", id: "7" },
  ]);
});

test("`:version` takes the dated versions only", () => {
  const find = createRouter([route("GET", "/crm/objects/:version/:type")], isDatedVersion);
  const taken = (version: string) => find("GET", `/crm/objects/${version}/contacts`)?.params.version;

  expect(["2026-09", "2026-03", "2025-09", "v3", "latest"].map(taken)).toEqual([
    "2026-09",
    "2026-03",
    undefined,
    undefined,
    undefined,
  ]);
});

test("the version is read from a literal legacy path too", () => {
  expect(versionOf("/crm/v4/objects/contacts/1")).toBe("v4");
});

test("parameters are decoded, and a broken escape matches nothing", () => {
  const find = createRouter([route("GET", "/x/:id")]);

  expect([find("GET", "/x/a%40b.example")?.params, find("GET", "/x/%E0%A4")]).toEqual([{ id: "a@b.example" }, null]);
});

test("a trailing slash is ignored, another method is not", () => {
  const find = createRouter([route("GET", "/crm/v3/owners")]);

  expect([find("GET", "/crm/v3/owners/")?.pattern, find("POST", "/crm/v3/owners")]).toEqual(["/crm/v3/owners", null]);
});

test("two routes for one place are refused", () => {
  expect(() => createRouter([route("GET", "/x/:id"), route("GET", "/x/:name")])).toThrow("Two routes for GET /x/:name");
});

test.each([
  ["/crm/v3/objects/contacts/1", "/crm/objects/v3/contacts/1"],
  ["/crm/v4/associations/tasks/contacts/batch/read", "/crm/associations/v4/tasks/contacts/batch/read"],
  ["/settings/v3/users", "/settings/users/v3"],
  ["/crm/objects/2026-09/contacts", "/crm/objects/2026-09/contacts"],
  ["/oauth/v1/token", "/oauth/v1/token"],
])("%s is spelled %s for comparison", (path, canonical) => {
  expect(canonicalPath(path)).toBe(canonical);
});

test.each([
  ["/crm/objects/:version/contacts", "/crm/objects/2026-09/contacts", true],
  ["/crm/objects/:version/contacts", "/crm/objects/2026-09/contacts/1", false],
  ["/crm/*", "/crm/objects/2026-09/contacts/1", true],
  ["/crm/*", "/oauth/v1/token", false],
])("pattern %s, path %s: %s", (pattern, path, expected) => {
  expect(matchesPattern(pattern, path)).toBe(expected);
});
