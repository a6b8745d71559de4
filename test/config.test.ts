import { randomBytes } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { readConfig, readKeyConfig, readStoreConfig } from "../src/config.ts";
import { Invalid } from "../src/errors.ts";

const key = randomBytes(32).toString("base64");

const good = {
  BATON_ENCRYPTION_KEYS: `v1:${key}`,
  BATON_PUBLIC_URL: "https://baton.example.com",
  HUBSPOT_CLIENT_ID: "3a1f",
  HUBSPOT_CLIENT_SECRET: "0e7f1c3a-5b1d-4f7e-9a51-7c7d61f1a001",
};

const local = { ...good, HUBSPOT_API_URL: "http://127.0.0.1:4010", HUBSPOT_OAUTH_URL: "http://127.0.0.1:4010" };

const salesforce = {
  BATON_ENCRYPTION_KEYS: `v1:${key}`,
  SALESFORCE_CLIENT_ID: "3MVG9",
  SALESFORCE_CLIENT_SECRET: "7D1A",
  BATON_PUBLIC_URL: "https://baton.example.com",
};

/** What is wrong with this environment, as `VARIABLE: message` lines. */
function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("a good environment", () => {
  test("needs four variables; the rest has defaults", () => {
    expect(readConfig(good)).toMatchObject({
      database: { dataDir: "./.baton/data" },
      host: "127.0.0.1",
      port: 3000,
      publicUrl: "https://baton.example.com",
      crms: { hubspot: { apiUrl: "https://api.hubapi.com", oauthUrl: "https://app.hubspot.com" } },
      logLevel: "info",
      shutdownMs: 20_000,
      policyPath: null,
      operatorToken: null,
      intervals: { leaseMs: 30_000 },
    });
  });

  test("may have Salesforce alone, whose other settings have defaults", () => {
    expect(readConfig(salesforce).crms).toEqual({
      salesforce: {
        ...{ clientId: "3MVG9", clientSecret: "7D1A", loginUrl: "https://login.salesforce.com" },
        ...{ pubSubUrl: "api.pubsub.salesforce.com:7443", leadAccountField: null, holidayNames: [], writeStreams: 4 },
      },
    });
  });

  test("may have both CRMs, and says where Salesforce is and which field names a Lead's account", () => {
    const where = { SALESFORCE_LOGIN_URL: "http://127.0.0.1:4020", SALESFORCE_PUBSUB_URL: "127.0.0.1:4022" };
    const config = readConfig({ ...good, ...salesforce, ...where, SALESFORCE_LEAD_ACCOUNT_FIELD: "Account__c" });
    expect(config.crms).toMatchObject({
      hubspot: { clientId: "3a1f" },
      salesforce: {
        ...{
          loginUrl: "http://127.0.0.1:4020",
          pubSubUrl: "127.0.0.1:4022",
          leadAccountField: "Account__c",
          holidayNames: [],
        },
      },
    });
  });

  test("says how long a dead worker keeps its workspaces, within bounds", () => {
    expect(readConfig({ ...good, BATON_LEASE_SECONDS: "5" }).intervals.leaseMs).toBe(5_000);
    expect(readConfig({ ...good, BATON_OPERATOR_TOKEN: "x".repeat(24) }).operatorToken).toBe("x".repeat(24));
    expect(problemsOf({ ...good, BATON_OPERATOR_TOKEN: "guessable" })).toEqual([
      "BATON_OPERATOR_TOKEN: must be 24 characters or more, without spaces: openssl rand -hex 24",
    ]);
    expect(problemsOf({ ...good, BATON_LEASE_SECONDS: "4" })).toEqual([
      "BATON_LEASE_SECONDS: must be a whole number from 5 to 300",
    ]);
  });

  test("is frozen", () => {
    expect(Object.isFrozen(readConfig(good))).toBe(true);
  });

  test("may list several keys and secrets, the current one first", () => {
    const other = randomBytes(32).toString("base64");
    const secret = "1111222233334444";
    const config = readConfig({
      ...good,
      BATON_ENCRYPTION_KEYS: `v2:${other}, v1:${key}`,
      HUBSPOT_CLIENT_SECRET: `${good.HUBSPOT_CLIENT_SECRET},${secret}`,
    });
    expect(config.encryptionKeys.map(({ id }) => id)).toEqual(["v2", "v1"]);
    expect(config.crms).toMatchObject({ hubspot: { clientSecrets: [good.HUBSPOT_CLIENT_SECRET, secret] } });
  });

  test("an empty variable counts as not set", () => {
    expect(readConfig({ ...good, PORT: " ", DATABASE_URL: "" }).port).toBe(3000);
  });

  test("against a CRM on this machine the public address and a random secret may be left out", () => {
    expect(problemsOf({ ...local, BATON_PUBLIC_URL: undefined, HUBSPOT_CLIENT_SECRET: "secret" })).toEqual([]);
  });

  test("a command that only reads the database needs nothing at all", () => {
    expect(readStoreConfig({ DATABASE_URL: "postgres://db/baton" }).database).toEqual({ url: "postgres://db/baton" });
  });

  test("a command that handles tokens needs the keys only", () => {
    expect(readKeyConfig({ BATON_ENCRYPTION_KEYS: good.BATON_ENCRYPTION_KEYS }).encryptionKeys).toHaveLength(1);
  });
});

describe("a bad environment", () => {
  test("is told every problem at once, each with its variable and what to do", () => {
    expect(problemsOf({ PORT: "x", LOG_LEVEL: "loud", HUBSPOT_CLIENT_SECRET: "changeme" })).toEqual([
      "LOG_LEVEL: say one of fatal, error, warn, info, debug, trace, silent",
      "BATON_ENCRYPTION_KEYS: missing; set it to an id and 32 random bytes, such as v1:$(openssl rand -base64 32), and keep a copy",
      "PORT: must be a whole number from 0 to 65535",
      "BATON_PUBLIC_URL: missing; HubSpot has to reach Baton: set the https address that leads to it",
      "HUBSPOT_CLIENT_ID: missing; copy it from the Auth tab of your HubSpot app",
      "HUBSPOT_CLIENT_SECRET: is too short or a placeholder; copy the client secret from the Auth tab of your HubSpot app",
    ]);
  });

  test.each([
    ["SALESFORCE_CLIENT_ID", "copy the consumer key from your External Client App in Salesforce"],
    ["SALESFORCE_CLIENT_SECRET", "copy the consumer secret from your External Client App in Salesforce"],
  ])("half of Salesforce is refused: without %s, with or without HubSpot", (name, says) => {
    const told = [`${name}: missing; ${says}`];
    expect(problemsOf({ ...salesforce, [name]: undefined })).toEqual(told);
    expect(problemsOf({ ...good, ...salesforce, [name]: " " })).toEqual(told);
  });

  test("Salesforce outside of this machine needs an address that its admins' browsers come back to", () => {
    expect(problemsOf({ ...salesforce, BATON_PUBLIC_URL: undefined })).toEqual([
      "BATON_PUBLIC_URL: missing; Salesforce sends the admin's browser back to Baton: set the https address that leads to it",
    ]);
    const here = { SALESFORCE_LOGIN_URL: "http://127.0.0.1:4020", BATON_PUBLIC_URL: undefined };
    expect(readConfig({ ...salesforce, ...here }).publicUrl).toBeNull();
  });

  test("half of HubSpot is refused beside Salesforce", () => {
    expect(problemsOf({ ...local, ...salesforce, HUBSPOT_CLIENT_SECRET: undefined })).toEqual([
      "HUBSPOT_CLIENT_SECRET: missing; copy it from the Auth tab of your HubSpot app",
    ]);
  });

  test.each([
    ["an http address outside", "BATON_PUBLIC_URL", "http://baton.example.com", "https://"],
    ["a slash at its end", "BATON_PUBLIC_URL", "https://baton.example.com/", "slash"],
    ["no URL at all", "BATON_PUBLIC_URL", "baton.example.com", "must be a URL"],
    ["a query", "BATON_PUBLIC_URL", "https://baton.example.com?x=1", "query"],
    ["a user name", "BATON_PUBLIC_URL", "https://me@baton.example.com", "user name"],
    ["a slash at the end of the API", "HUBSPOT_API_URL", "http://127.0.0.1:1/", "slash"],
    ["a slash at the end of the authorise page", "HUBSPOT_OAUTH_URL", "http://127.0.0.1:1/", "slash"],
    ["a slash at the end of Salesforce's login", "SALESFORCE_LOGIN_URL", "http://127.0.0.1:1/", "slash"],
    ["Salesforce's events without a port", "SALESFORCE_PUBSUB_URL", "api.pubsub.salesforce.com", "a host and a port"],
    ["Salesforce's events as a URL", "SALESFORCE_PUBSUB_URL", "https://127.0.0.1:7443", "a host and a port"],
    ["a port of theirs that is no number", "SALESFORCE_PUBSUB_URL", "127.0.0.1:https", "a host and a port"],
    ["a Lead's field that is not custom", "SALESFORCE_LEAD_ACCOUNT_FIELD", "AccountId", "a custom lookup on Lead"],
    ["a Lead's field with its object", "SALESFORCE_LEAD_ACCOUNT_FIELD", "Lead.Account__c", "a custom lookup on Lead"],
    ["another kind of database", "DATABASE_URL", "mysql://db/baton", "postgres://"],
    ["a port that does not exist", "PORT", "70000", "whole number"],
    ["an empty secret in the list", "HUBSPOT_CLIENT_SECRET", "0123456789abcdef,", "comma"],
    ["a key without id", "BATON_ENCRYPTION_KEYS", key, "must be an id"],
    ["a short key", "BATON_ENCRYPTION_KEYS", `v1:${randomBytes(16).toString("base64")}`, "exactly 32 bytes"],
    ["a key of zeros", "BATON_ENCRYPTION_KEYS", `v1:${Buffer.alloc(32).toString("base64")}`, "not random"],
    [
      "a pass phrase",
      "BATON_ENCRYPTION_KEYS",
      `v1:${Buffer.from("correct horse battery staple 123").toString("base64")}`,
      "not random",
    ],
    ["two keys of one id", "BATON_ENCRYPTION_KEYS", `v1:${key},v1:${randomBytes(32).toString("base64")}`, "same id"],
    ["two databases", "BATON_DATA_DIR", "./data", "unset the one"],
  ])("%s is refused", (_what, name, value, says) => {
    const both = name === "BATON_DATA_DIR" ? { DATABASE_URL: "postgres://db/baton" } : {};
    expect(problemsOf({ ...good, ...both, [name]: value }).join("\n")).toContain(says);
  });

  test("no secret is quoted in a problem", () => {
    const text = problemsOf({
      ...good,
      DATABASE_URL: "mysql://me:hunter2@db/x",
      BATON_ENCRYPTION_KEYS: "v1:hunter2",
    }).join();
    expect(text).not.toContain("hunter2");
  });
});
