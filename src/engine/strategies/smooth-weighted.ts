import { nextInCredit } from "./quota.ts";
import type { PickStrategy } from "./strategy.ts";

/** The default: turns in proportion to effective weight, base weight × (1 − load ÷ capacity). */
export const smoothWeighted: PickStrategy = {
  label: "Smooth weighted",
  weigh: ({ weight, busy, capacity }) => weight * Math.max(1e-3, 1 - busy / capacity),
  choose: nextInCredit,
};
