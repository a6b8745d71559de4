import { z } from "zod";
import { Invalid, type Problem } from "./errors.ts";
import { type LogLevel, logLevels } from "./log.ts";

export type EncryptionKey = { id: string; key: Buffer };

/** How often things are looked at; the lease alone is read from the environment. */
export type Intervals = {
  leaseMs: number;
  timerPollMs: number;
  taskSweepMs: number;
  repairMs: number;
  reconcileMs: number;
  repSyncMs: number;
};

export type StoreConfig = Readonly<{
  database: { url: string } | { dataDir: string };
  logLevel: LogLevel;
}>;

export type KeyConfig = StoreConfig &
  Readonly<{
    /** The first encrypts; all decrypt. */
    encryptionKeys: readonly [EncryptionKey, ...EncryptionKey[]];
  }>;

export type HubspotConfig = Readonly<{
  clientId: string;
  /** The first is the current one; webhooks signed with any of them are accepted. */
  clientSecrets: readonly [string, ...string[]];
  apiUrl: string;
  oauthUrl: string;
}>;

export type SalesforceConfig = Readonly<{
  clientId: string;
  clientSecret: string;
  loginUrl: string;
  /** Host and port. */
  pubSubUrl: string;
  /** A lookup to Account on Lead; null: the org has none. */
  leadAccountField: string | null;
}>;

export type Config = KeyConfig &
  Readonly<{
    host: string;
    /** 0: any free port. */
    port: number;
    /** Null: the address that the server listens on, which only a CRM on this machine can reach. */
    publicUrl: string | null;
    /** Of the CRMs that are set up: one at least. */
    hubspot?: HubspotConfig;
    salesforce?: SalesforceConfig;
    inboxHighWater: number;
    /** What the signs of a match are worth, as `match train` wrote it; null: the shipped weights. */
    matchWeights: string | null;
    /** Of memory for the accounts that leads are matched with; about 4,000 accounts a megabyte. */
    accountIndexMb: number;
    /** Where it is kept for a quick start; null: nowhere. */
    accountIndexDir: string | null;
    /** Path of the policy that new workspaces begin with; null: the shipped one. */
    policyPath: string | null;
    /** Null: page and figures of the operator are for this machine alone. */
    operatorToken: string | null;
    shutdownMs: number;
    intervals: Intervals;
  }>;

type Env = Readonly<Record<string, string | undefined>>;

// The CRM is asked every ten minutes: what a webhook missed is promised within fifteen, the read itself included.
const intervals: Omit<Intervals, "leaseMs"> = {
  timerPollMs: 1_000,
  taskSweepMs: 15 * 60_000,
  repairMs: 2 * 60_000,
  reconcileMs: 10 * 60_000,
  repSyncMs: 5 * 60_000,
};

/** All that the server needs. Throws one Invalid with every problem at once. */
export function readConfig(env: Env = process.env): Config {
  const values = parseVariables(serverVariables, env, [...aCrm, ...bothDatabases, ...unsafeOutside]);
  return Object.freeze({
    ...toKeyConfig(values),
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.BATON_PUBLIC_URL ?? null,
    ...toHubspot(values),
    ...toSalesforce(values),
    inboxHighWater: values.BATON_INBOX_HIGH_WATER,
    matchWeights: values.BATON_MATCH_WEIGHTS ?? null,
    accountIndexMb: values.BATON_ACCOUNT_INDEX_MB,
    accountIndexDir: values.BATON_ACCOUNT_INDEX_DIR,
    policyPath: values.BATON_POLICY ?? null,
    operatorToken: values.BATON_OPERATOR_TOKEN ?? null,
    shutdownMs: 1000 * values.BATON_SHUTDOWN_SECONDS,
    intervals: { ...intervals, leaseMs: 1000 * values.BATON_LEASE_SECONDS },
  });
}

type ServerValues = z.output<typeof serverVariables>;

function toHubspot(values: ServerValues): Pick<Config, "hubspot"> {
  const { HUBSPOT_CLIENT_ID: clientId, HUBSPOT_CLIENT_SECRET: clientSecrets } = values;
  if (clientId === undefined || clientSecrets === undefined) return {};
  const urls = { apiUrl: values.HUBSPOT_API_URL, oauthUrl: values.HUBSPOT_OAUTH_URL };
  return { hubspot: { clientId, clientSecrets, ...urls } };
}

function toSalesforce(values: ServerValues): Pick<Config, "salesforce"> {
  const { SALESFORCE_CLIENT_ID: clientId, SALESFORCE_CLIENT_SECRET: clientSecret } = values;
  if (clientId === undefined || clientSecret === undefined) return {};
  const urls = { loginUrl: values.SALESFORCE_LOGIN_URL, pubSubUrl: values.SALESFORCE_PUBSUB_URL };
  const leadAccountField = values.SALESFORCE_LEAD_ACCOUNT_FIELD ?? null;
  return { salesforce: { clientId, clientSecret, ...urls, leadAccountField } };
}

/** What a command needs that only reads the database. */
export function readStoreConfig(env: Env = process.env): StoreConfig {
  return Object.freeze(toStoreConfig(parseVariables(storeVariables, env, bothDatabases)));
}

/** What a command needs that handles stored tokens. */
export function readKeyConfig(env: Env = process.env): KeyConfig {
  return Object.freeze(toKeyConfig(parseVariables(keyVariables, env, bothDatabases)));
}

/** The keys that are set, none when none are: one that was lost is not. */
export function readGivenKeys(env: Env = process.env): readonly KeyConfig["encryptionKeys"][number][] {
  return env.BATON_ENCRYPTION_KEYS?.trim() ? readKeyConfig(env).encryptionKeys : [];
}

function toStoreConfig(values: z.output<typeof storeVariables>): StoreConfig {
  const database = values.DATABASE_URL ? { url: values.DATABASE_URL } : { dataDir: values.BATON_DATA_DIR };
  return { database, logLevel: values.LOG_LEVEL };
}

function toKeyConfig(values: z.output<typeof keyVariables>): KeyConfig {
  return { ...toStoreConfig(values), encryptionKeys: values.BATON_ENCRYPTION_KEYS };
}

/** A rule over several variables; it sees them as they were given, so that it speaks even when one of them is not valid. */
type Rule = { path: string; isBroken: (env: Env) => boolean; message: string };

function parseVariables<T extends z.ZodType>(schema: T, env: Env, rules: readonly Rule[]): z.output<T> {
  const trimmed = Object.entries(env).map(([name, value]) => [name, value?.trim()] as const);
  const given: Env = Object.fromEntries(trimmed.filter(([, value]) => value));
  const parsed = schema.safeParse(given);
  const problems: Problem[] = (parsed.error?.issues ?? []).map((issue) => {
    const path = issue.path.join(".");
    return { path, message: given[path] === undefined ? `missing; ${howToGet[path]}` : issue.message };
  });
  problems.push(...rules.filter((rule) => rule.isBroken(given)));
  if (!parsed.success || problems.length > 0) {
    throw new Invalid(
      "The environment",
      problems.map(({ path, message }) => ({ path, message })),
    );
  }
  return parsed.data;
}

const howToGet: Readonly<Record<string, string>> = {
  BATON_ENCRYPTION_KEYS: "set it to an id and 32 random bytes, such as v1:$(openssl rand -base64 32), and keep a copy",
  HUBSPOT_CLIENT_ID: "copy it from the Auth tab of your HubSpot app",
  HUBSPOT_CLIENT_SECRET: "copy it from the Auth tab of your HubSpot app",
  SALESFORCE_CLIENT_ID: "copy the consumer key from your External Client App in Salesforce",
  SALESFORCE_CLIENT_SECRET: "copy the consumer secret from your External Client App in Salesforce",
};

const databaseUrl = z.string().refine((text) => /^postgres(ql)?:\/\/./.test(text) && URL.canParse(text), {
  error: "must look like postgres://user:password@host:5432/database",
});

const baseUrl = z.string().superRefine((text, context) => {
  const fail = (message: string) => context.addIssue({ code: "custom", message });
  if (!/^https?:\/\/./.test(text) || !URL.canParse(text)) return fail("must be a URL such as https://example.com");
  if (text.endsWith("/")) return fail("must not end with a slash");
  const { protocol, username, search, hash } = new URL(text);
  if (username || search || hash) return fail("must hold no user name, query or fragment");
  if (protocol === "http:" && !isOfThisMachine(text))
    return fail("must begin with https:// unless it is on this machine");
});

function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error });
}

const secrets = z.string().transform((text, context): [string, ...string[]] => {
  const [first, ...others] = text.split(",").map((secret) => secret.trim());
  if (first && others.every(Boolean)) return [first, ...others];
  context.addIssue({
    code: "custom",
    message: "must be one secret, or several with a comma between, the current one first",
  });
  return z.NEVER;
});

const encryptionKeys = z.string().transform((text, context): [EncryptionKey, ...EncryptionKey[]] => {
  const fail = (message: string) => context.addIssue({ code: "custom", message });
  const [first, ...others] = text.split(",").map((entry, index) => {
    const [, id = "", encoded = ""] = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(entry.trim()) ?? [];
    const key = Buffer.from(encoded, "base64");
    const name = id ? `key "${id}"` : `key ${index + 1}`;
    if (!id)
      fail(`${name} must be an id, a colon and the base64 of exactly 32 bytes, such as v1:$(openssl rand -base64 32)`);
    else if (isWeak(key)) fail(`${name} is not random; make one with: openssl rand -base64 32`);
    return { id, key };
  });
  const ids = [first, ...others].map((entry) => entry?.id);
  if (new Set(ids).size < ids.length) fail("two keys have the same id; give each its own");
  return first ? [first, ...others] : z.NEVER;
});

/** Random bytes are all printable, or fewer than 16 different ones, once in more than 10^12 keys. */
function isWeak(key: Buffer): boolean {
  return new Set(key).size < 16 || key.every((byte) => byte >= 32 && byte < 127);
}

export function isOfThisMachine(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(URL.parse(url)?.hostname ?? "");
}

const storeVariables = z.object({
  DATABASE_URL: databaseUrl.optional(),
  BATON_DATA_DIR: z.string().default("./.baton/data"),
  LOG_LEVEL: z.enum(logLevels, { error: `say one of ${logLevels.join(", ")}` }).default("info"),
});

const keyVariables = storeVariables.extend({ BATON_ENCRYPTION_KEYS: encryptionKeys });

const serverVariables = keyVariables.extend({
  HOST: z.string().default("127.0.0.1"),
  PORT: wholeNumber(0, 65_535).default(3000),
  BATON_PUBLIC_URL: baseUrl.optional(),
  HUBSPOT_CLIENT_ID: z.string().optional(),
  HUBSPOT_CLIENT_SECRET: secrets.optional(),
  HUBSPOT_API_URL: baseUrl.default("https://api.hubapi.com"),
  HUBSPOT_OAUTH_URL: baseUrl.default("https://app.hubspot.com"),
  SALESFORCE_CLIENT_ID: z.string().optional(),
  SALESFORCE_CLIENT_SECRET: z.string().optional(),
  SALESFORCE_LOGIN_URL: baseUrl.default("https://login.salesforce.com"),
  SALESFORCE_PUBSUB_URL: z
    .string()
    .regex(/^[\w.-]+:\d{1,5}$/, { error: "must be a host and a port, such as api.pubsub.salesforce.com:7443" })
    .default("api.pubsub.salesforce.com:7443"),
  SALESFORCE_LEAD_ACCOUNT_FIELD: z
    .string()
    .regex(/^\w+__c$/, { error: "must be the API name of a custom lookup on Lead, such as Account__c" })
    .optional(),
  BATON_INBOX_HIGH_WATER: wholeNumber(100, 10_000_000).default(100_000),
  BATON_ACCOUNT_INDEX_MB: wholeNumber(16, 100_000).default(1_024),
  BATON_MATCH_WEIGHTS: z.string().optional(),
  BATON_ACCOUNT_INDEX_DIR: z.string().default("./.baton/accounts"),
  BATON_POLICY: z.string().optional(),
  BATON_OPERATOR_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{24,}$/, { error: "must be 24 characters or more, without spaces: openssl rand -hex 24" })
    .optional(),
  BATON_SHUTDOWN_SECONDS: wholeNumber(1, 600).default(20),
  BATON_LEASE_SECONDS: wholeNumber(5, 300).default(30),
});

const isGiven = (env: Env, crm: string): boolean => Boolean(env[`${crm}_CLIENT_ID`] || env[`${crm}_CLIENT_SECRET`]);

/** HubSpot is meant where nothing says which CRM. */
const usesHubspot = (env: Env): boolean => isGiven(env, "HUBSPOT") || !isGiven(env, "SALESFORCE");

/** Of each CRM both, and of one of them at all. */
const aCrm: readonly Rule[] = ["CLIENT_ID", "CLIENT_SECRET"].flatMap((part) =>
  [
    { crm: "HUBSPOT", isUsed: usesHubspot },
    { crm: "SALESFORCE", isUsed: (env: Env) => isGiven(env, "SALESFORCE") },
  ].map(({ crm, isUsed }): Rule => {
    const path = `${crm}_${part}`;
    return { path, isBroken: (env) => isUsed(env) && !env[path], message: `missing; ${howToGet[path]}` };
  }),
);

const bothDatabases: readonly Rule[] = [
  {
    path: "DATABASE_URL",
    isBroken: (env) => Boolean(env.DATABASE_URL && env.BATON_DATA_DIR),
    message: "set together with BATON_DATA_DIR; unset the one that you do not use",
  },
];

/** Against the real HubSpot, what is fine for the sandbox is a hole or cannot work. */
const unsafeOutside: readonly Rule[] = [
  {
    path: "BATON_PUBLIC_URL",
    isBroken: (env) => isOutside(env) && !env.BATON_PUBLIC_URL,
    message: "missing; HubSpot has to reach Baton: set the https address that leads to it",
  },
  {
    path: "BATON_PUBLIC_URL",
    isBroken: (env) => !isOutside(env) && isSalesforceOutside(env) && !env.BATON_PUBLIC_URL,
    message: "missing; Salesforce sends the admin's browser back to Baton: set the https address that leads to it",
  },
  {
    path: "HUBSPOT_CLIENT_SECRET",
    isBroken: (env) => isOutside(env) && Boolean(env.HUBSPOT_CLIENT_SECRET?.split(",").some(isPlaceholder)),
    message: "is too short or a placeholder; copy the client secret from the Auth tab of your HubSpot app",
  },
];

function isOutside(env: Env): boolean {
  return usesHubspot(env) && !isOfThisMachine(env.HUBSPOT_API_URL ?? "https://api.hubapi.com");
}

function isSalesforceOutside(env: Env): boolean {
  return isGiven(env, "SALESFORCE") && !isOfThisMachine(env.SALESFORCE_LOGIN_URL ?? "https://login.salesforce.com");
}

function isPlaceholder(secret: string): boolean {
  return secret.trim().length < 16 || /^(change|example|test|your)/i.test(secret.trim());
}
