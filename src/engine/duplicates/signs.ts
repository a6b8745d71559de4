/** By what two leads may be found to be one person, the surest first. */
export const duplicateSigns = ["email", "phone", "name"] as const;
export type DuplicateSign = (typeof duplicateSigns)[number];

/** How a trace names what two leads have in common. */
export const signCodes: Readonly<Record<DuplicateSign, string>> = {
  email: "same-email",
  phone: "same-phone",
  name: "same-name",
};
