import { createAccountIndex } from "./account-index/account-index.ts";
import { readWeights } from "./account-index/read-weights.ts";
import { type Config, readConfig } from "./config.ts";
import { createCrms } from "./crm/create-crms.ts";
import { loadMailDomains } from "./data/mail-domains.ts";
import { loadPublicHolidays } from "./data/public-holidays.ts";
import type { Deps, Progress } from "./deps.ts";
import { engineVersion } from "./engine/decision.ts";
import { createLog, type Logger } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { openStore } from "./open-store.ts";
import type { Db, OnOutage } from "./store/db.ts";
import { outageCode } from "./store/outage.ts";
import { readVersion } from "./version.ts";

export type Clock = Pick<Deps, "now" | "monotonic" | "setTimer">;

/** What exists before it is known where the app is reached. */
export type Base = Clock & Pick<Deps, "db" | "log" | "metrics">;

export type BaseOptions = {
  config: Config;
  clock: Clock;
  log?: Logger | undefined;
  /** Default: as the configuration names it. */
  openDatabase?: ((onOutage: OnOutage) => Promise<Db>) | undefined;
};

/** Throws StoreInUse when another process has the data directory. */
export async function openBase(options: BaseOptions): Promise<Base> {
  const { config, clock, log } = options;
  const metrics = createMetrics();
  const open = options.openDatabase ?? ((onOutage) => openStore(config, onOutage));
  const db = await open((error) => metrics.databaseFailed(outageCode(error)));
  if ("dataDir" in config.database) metrics.watchDisk(config.database.dataDir);
  return { ...clock, db, metrics, log: log ?? createLog({ level: config.logLevel, pretty: false }) };
}

export type DepsOptions = {
  config: Config;
  /** Where the CRM and browsers reach us; no trailing slash. */
  publicUrl: string;
  onProgress: (progress: Progress) => void;
};

/** Fewer are matched as fast as another thread is told of a lead. */
const accountsInThread = 2_000;

/** The one object of everything that is passed in. */
export async function createDeps(base: Base, { config, publicUrl, onProgress }: DepsOptions): Promise<Deps> {
  const [current] = config.encryptionKeys;
  const mailDomains = loadMailDomains();
  return {
    ...base,
    onProgress,
    throttles: new Map(),
    crms: await createCrms(config.crms, publicUrl),
    keyring: { currentKeyId: current.id, keys: new Map(config.encryptionKeys.map(({ id, key }) => [id, key])) },
    mailDomains,
    accountIndex: createAccountIndex({
      ...{ classes: mailDomains, weights: readWeights(config.matchWeights), log: base.log, monotonic: base.monotonic },
      ...{ mostBytes: config.accountIndexMb * 1_000_000, threadFrom: accountsInThread },
      ...{ directory: config.accountIndexDir, madeBy: `${readVersion()} ${engineVersion} ${process.versions.icu}` },
    }),
    publicHolidays: loadPublicHolidays(),
    settings: { publicUrl, inboxHighWater: config.inboxHighWater, ...config.intervals },
  };
}

/** For a command that reads from a CRM, on a database that is open. Throws Invalid when settings for that are missing. */
export async function commandDeps(clock: Clock, db: Deps["db"]): Promise<Deps> {
  const config = readConfig();
  const log = createLog({ level: "error", pretty: false });
  const options = { config, publicUrl: config.publicUrl ?? "", onProgress: () => undefined };
  return createDeps({ ...clock, db, metrics: createMetrics(), log }, options);
}
