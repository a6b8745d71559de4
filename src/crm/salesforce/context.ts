import type { DealPhase } from "../../model/account.ts";
import type { Capabilities } from "../../model/connection.ts";
import type { ConnectOptions } from "../crm.ts";
import type { DescribedField } from "./answers.ts";
import type { Api } from "./api.ts";

/** What the functions of one connection share. */
export type Context = Pick<ConnectOptions, "externalId" | "now" | "qualifyingStage" | "timeZone"> & {
  api: Api;
  /** See SalesforceSettings. */
  leadAccountField: string | null;
  /** See SalesforceSettings. */
  holidayNames: readonly string[];
  /** As whom we are logged in: histories name it as the author of what we changed. Asked once. */
  ownUserId(): Promise<string>;
  memory: Memory;
};

/** What a connection has learnt about its org; gone with the client. */
export type Memory = {
  capabilities: Capabilities;
  /** By object, as it was last seen; null of an object that is not there. */
  fields: Map<string, { fields: ObjectFields | null; readAt: number }>;
  /** By object: a look at its fields that is under way. */
  looks: Map<string, Promise<ObjectFields | null>>;
  stages: { byName: ReadonlyMap<string, Stage>; readAt: number } | null;
  /** Whether reps can be notified: the type of it, and whether that was refused; null: not looked up yet. */
  notices: { typeId: string | null; isDenied: boolean } | null;
  /** The org's word for a task that is done. */
  closedStatus: Promise<string> | null;
  /** The org's word for a lead that is converted; null: it has none. */
  convertedStatus: Promise<string | null> | null;
};

/** The fields of an object that this user sees, by their API names. */
export type ObjectFields = ReadonlyMap<string, Pick<DescribedField, "type" | "length" | "updateable" | "referenceTo">>;

/** `phase`: of a stage that is open. */
export type Stage = { order: number; isClosed: boolean; phase: DealPhase | null };

/** The memory of a client that has just been made. */
export function createMemory(capabilities: Capabilities): Memory {
  return {
    capabilities,
    fields: new Map(),
    looks: new Map(),
    stages: null,
    notices: null,
    closedStatus: null,
    convertedStatus: null,
  };
}
