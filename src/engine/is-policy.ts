/** Sections that every policy has and no other file of ours. */
const telling = ["qualifying_stage", "pools", "waterfall"];

/** Does this look like a policy, given in place of another file? */
export const isPolicy = (value: unknown): boolean =>
  typeof value === "object" && value !== null && telling.filter((key) => key in value).length >= 2;
