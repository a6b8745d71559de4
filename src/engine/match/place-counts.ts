import { hashOrNone } from "./hash.ts";
import { type PlacePart, placeParts } from "./sections.ts";

/** How many accounts are in each country and each city, in flat arrays. */
export type PlaceCounts = {
  /** Of countries and cities, in ascending order. */
  hashes: Uint32Array;
  /** Accounts of each. */
  counts: Uint32Array;
};

const counted: readonly PlacePart[] = ["country", "city"];

/** `places`: of each account a hash of each of `placeParts`, one account after the other. */
export function countPlaces(places: Uint32Array): PlaceCounts {
  const size = places.length / placeParts.length;
  const all = new Uint32Array(size * counted.length);
  for (const [at, part] of counted.entries()) {
    const place = placeParts.indexOf(part);
    for (let account = 0; account < size; account += 1)
      all[at * size + account] = places[account * placeParts.length + place] ?? 0;
  }
  all.sort();
  const hashes = all.filter((hash, at) => hash !== 0 && hash !== all[at - 1]);
  const counts = new Uint32Array(hashes.length);
  let at = 0;
  for (const hash of all) {
    if (hash === 0) continue;
    if (hash !== hashes[at]) at += 1;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { hashes, counts };
}

/** How many accounts are in a country (by its code) or a city (by its one name); null: unknown, 0. */
export function openPlaceCounts({ hashes, counts }: PlaceCounts, seed: number): (place: string | null) => number {
  return (place) => {
    const wanted = hashOrNone(place, seed);
    let from = 0;
    let to = hashes.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((hashes[middle] ?? 0) < wanted) from = middle + 1;
      else to = middle;
    }
    return hashes[from] === wanted ? (counts[from] ?? 0) : 0;
  };
}
