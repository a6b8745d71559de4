/** One way that a lead may go under a policy. `key` is what `takenBranches` says of a decision that went it. */
export type Branch = { key: string; words: string };

export const branch = (key: string, words: string): Branch => ({ key, words });
