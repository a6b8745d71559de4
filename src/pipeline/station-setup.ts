import type { Throttle } from "../crm/throttle.ts";
import type { Operation } from "../model/operation.ts";
import type { ReadAhead } from "./read-ahead.ts";
import type { Setup as Retry } from "./retry.ts";

/** What the stations of one connection are made with. */
export type Setup = Retry & { throttle: Throttle; ahead: ReadAhead };

export const priorityOf = ({ priority }: Operation): 1 | 2 | 3 => (priority <= 1 ? 1 : priority === 2 ? 2 : 3);
