/** What a word that so many accounts bear tells, in nats. */
export const rarity = (count: number, size: number): number => Math.log((size + 1) / (count + 0.5));
