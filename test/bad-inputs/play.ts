import type { Door } from "./door.ts";
import type { DoorRow, Ending } from "./rows/row.ts";

type Forms = DoorRow[1];
type Endings = Readonly<Record<string, Ending>>;

/** Sends each form of a row to a door that has stored nothing yet; how each ended, by its name. */
export async function play(door: Door, forms: Forms): Promise<Endings> {
  const endings: Record<string, Ending> = {};
  for (const [name, [request]] of Object.entries(forms)) {
    await door.clear();
    const answer = await door.send(request);
    endings[name] = { ...answer, stored: await door.stored() };
  }
  return endings;
}

/** How each form of a row must end, by its name. */
export const endingsOf = (forms: Forms): Endings =>
  Object.fromEntries(Object.entries(forms).map(([name, [, ending]]) => [name, ending]));
