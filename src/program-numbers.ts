import { InvalidArgumentError } from "commander";

/** An option's number, from 0 on; throws what commander tells the person. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

/** An option's number, from 1 on; throws what commander tells the person. */
export function countFromOne(text: string): number {
  const count = /^-\d+$/.test(text) ? 0 : wholeNumber(text);
  if (count === 0) throw new InvalidArgumentError("It must be above 0.");
  return count;
}
