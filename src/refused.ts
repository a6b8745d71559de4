/** What a person asked for cannot be done. The message is one sentence or two for that person: why, and what to do. */
export class Refused extends Error {
  override name = "Refused";
}
