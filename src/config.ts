import { z } from "zod";
import { crmProducts } from "./crm/index.ts";
import { Invalid, type Problem } from "./errors.ts";
import { type LogLevel, logLevels } from "./log.ts";
import { baseUrl, brokenRules, type Env, givenVariables, parseVariables, type Rule, wholeNumber } from "./variables.ts";

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

export type Config = KeyConfig &
  Readonly<{
    host: string;
    /** 0: any free port. */
    port: number;
    /** Null: the address that the server listens on, which only a CRM on this machine can reach. */
    publicUrl: string | null;
    /** Of the CRMs that are set up, one at least: their settings, by name, as each folder of `crm/` reads them. */
    crms: Readonly<Record<string, object>>;
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
  const given = givenVariables(env);
  const { crms, problems } = readCrms(given);
  const values = valuesOf(serverVariables, given, problems);
  return Object.freeze({
    ...toKeyConfig(values),
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.BATON_PUBLIC_URL ?? null,
    crms,
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

/** Of each CRM that is used; the first is meant where nothing says which. */
function readCrms(given: Env): { crms: Config["crms"]; problems: readonly Problem[] } {
  const named = crmProducts.filter(({ variables }) => variables.isGiven(given));
  const used = named.length > 0 ? named : crmProducts.slice(0, 1);
  const crms: Record<string, object> = {};
  const problems: Problem[] = [];
  for (const product of crmProducts) {
    const read = product.variables.read(given, used.includes(product));
    problems.push(...read.problems);
    if (read.settings !== null) crms[product.name] = read.settings;
  }
  return { crms, problems: [...unreachable(used, given), ...problems] };
}

/** A CRM beyond this machine has to find the way back to Baton. */
function unreachable(used: typeof crmProducts, given: Env): readonly Problem[] {
  const [because] = used.flatMap(({ variables }) => variables.whyPublic(given) ?? []);
  if (because === undefined || given.BATON_PUBLIC_URL !== undefined) return [];
  return [{ path: "BATON_PUBLIC_URL", message: `missing; ${because}: set the https address that leads to it` }];
}

/** What a command needs that only reads the database. */
export function readStoreConfig(env: Env = process.env): StoreConfig {
  return Object.freeze(toStoreConfig(valuesOf(storeVariables, givenVariables(env))));
}

/** What a command needs that handles stored tokens. */
export function readKeyConfig(env: Env = process.env): KeyConfig {
  return Object.freeze(toKeyConfig(valuesOf(keyVariables, givenVariables(env))));
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

/** Throws Invalid with all that is wrong, `others` included. */
function valuesOf<T extends z.ZodType>(schema: T, given: Env, others: readonly Problem[] = []): z.output<T> {
  const { values, problems } = parseVariables(schema, given, howToGet);
  const all = [...problems, ...brokenRules(bothDatabases, given), ...others];
  if (values === null || all.length > 0) throw new Invalid("The environment", all);
  return values;
}

const howToGet: Readonly<Record<string, string>> = {
  BATON_ENCRYPTION_KEYS: "set it to an id and 32 random bytes, such as v1:$(openssl rand -base64 32), and keep a copy",
};

const databaseUrl = z.string().refine((text) => /^postgres(ql)?:\/\/./.test(text) && URL.canParse(text), {
  error: "must look like postgres://user:password@host:5432/database",
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

const bothDatabases: readonly Rule[] = [
  {
    path: "DATABASE_URL",
    isBroken: (env) => Boolean(env.DATABASE_URL && env.BATON_DATA_DIR),
    message: "set together with BATON_DATA_DIR; unset the one that you do not use",
  },
];
