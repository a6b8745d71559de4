/** True when the fault tests run whole (`npm run faults`); in their short form they are part of the ordinary tests. */
export const isWhole = process.env.FAULT_SCALE === "whole";

/** The size of something in the short form of a fault test, and in the whole one. */
export const scale = <T>(short: T, whole: T): T => (isWhole ? whole : short);
