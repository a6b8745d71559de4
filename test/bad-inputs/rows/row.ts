import type { Request } from "../request.ts";

/** How one request ends: the answer, its error code, and all that is stored then (see Door.stored). */
export type Ending = { status: number; code: string | null; stored: readonly string[] };

/** A row of reliability.md §5.4: its number and name, and each form of it with how it must end. */
export type DoorRow = readonly [title: string, forms: Readonly<Record<string, readonly [Request | string, Ending]>>];

export const accepted = (...stored: string[]): Ending => ({ status: 204, code: null, stored });
export const refused = (status: number, code: string | null): Ending => ({ status, code, stored: [] });
