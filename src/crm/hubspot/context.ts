import type { DealPhase } from "../../model/account.ts";
import type { Capabilities } from "../../model/connection.ts";
import type { ConnectOptions } from "../crm.ts";
import type { Api } from "./api.ts";

/** What the functions of one connection share. */
export type Context = Pick<ConnectOptions, "externalId" | "now" | "qualifyingStage"> & {
  api: Api;
  /** Our app's id, as HubSpot's histories name it; null when HubSpot does not say. Asked once. */
  appId(): Promise<string | null>;
  memory: Memory;
};

/** What a connection has learnt about its account; gone with the client. */
export type Memory = {
  capabilities: Capabilities;
  /** False when the account refuses our property on tasks in every form: then only the body carries the key. */
  hasTaskKey: boolean;
  /** Epoch ms of the last repair of our properties. */
  schemaRepairedAt: number;
  /** Which stamp the search finds qualified leads by, once an account lacks the present kind. */
  searchesLegacyDate: boolean;
  /** Kinds of activity that this account does not let us read. */
  hiddenActivities: Set<string>;
  dealStages: { stages: ReadonlyMap<string, DealStage>; readAt: number } | null;
};

/** `phase`: of a stage that is open. */
export type DealStage = { label: string; order: number; isClosed: boolean; phase: DealPhase | null };

/** The memory of a client that has just been made. */
export function createMemory(capabilities: Capabilities): Memory {
  return {
    capabilities,
    hasTaskKey: true,
    schemaRepairedAt: Number.NEGATIVE_INFINITY,
    searchesLegacyDate: false,
    hiddenActivities: new Set(),
    dealStages: null,
  };
}
