/** True when the fault tests run whole (`npm run faults`); else they run in their short form (`-- --short`). */
export const isWhole = process.env.FAULT_SCALE === "whole";

/** The size of something in the short form of a fault test, and in the whole one. */
export const scale = <T>(short: T, whole: T): T => (isWhole ? whole : short);
