import { type Base, openBase } from "./base.ts";
import { checksumOf } from "./checksum.ts";
import { type SectionName, type Sections, sectionArrays, sectionNames } from "./sections.ts";
import { sipHash } from "./sip-hash.ts";

/**
 * A packed base: words of 32 bits in the machine's own order, a head and then the arrays one after the other, each from a
 * multiple of eight bytes on. Head: `magic`, the checksum of all words after it, `format`, two words of `madeBy`'s hash,
 * the number of arrays and the length of each. Raise `format` when arrays or what accounts are found by change: a base that
 * was made otherwise answers otherwise.
 */
const magic = 0x4e54_4142;
const format = 6;

const checkedFrom = 2;
const lengthsFrom = 6;
const headWords = lengthsFrom + sectionNames.length;

/**
 * `not-a-base`: something else altogether, or of a machine whose bytes stand the other way round; `other-version`: made by
 * another version; `incomplete`: bytes are missing, or too many; `damaged`: bytes differ from those written.
 */
export type UnpackRefusal = "not-a-base" | "other-version" | "incomplete" | "damaged";

export type Unpacked = { base: Base; refusedBecause: null } | { base: null; refusedBecause: UnpackRefusal };

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

type Place = { name: SectionName; offset: number; length: number };

/** Where each array begins, in bytes, and where the last one ends. */
function placesOf(lengths: (at: number) => number): { places: Place[]; end: number } {
  let end = aligned(headWords * 4);
  const places = sectionNames.map((name, at) => {
    const place = { name, offset: end, length: lengths(at) };
    end = aligned(end + place.length * sectionArrays[name].BYTES_PER_ELEMENT);
    return place;
  });
  return { places, end };
}

/**
 * All of a base in one piece, to be kept or shared. `madeBy` changes with whatever else decides how names and domains are
 * read: the program's version, its lists, the runtime's Unicode tables. `bufferOf` makes a zeroed buffer of so many bytes,
 * which other threads may share.
 */
export function packBase(
  base: Base,
  madeBy: string,
  bufferOf: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): Uint8Array {
  const { places, end } = placesOf((at) => base.sections[sectionNames[at] ?? "seed"].length);
  const bytes = new Uint8Array(bufferOf(end));
  for (const { name, offset } of places) {
    const { buffer, byteOffset, byteLength } = base.sections[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
  }
  const words = wordsOf(bytes);
  words.set([magic, 0, format, ...hashOf(madeBy), places.length, ...places.map(({ length }) => length)]);
  words[1] = checksumOf(words.subarray(checkedFrom));
  return bytes;
}

/** The base of packed bytes, which it stands on from then on: they are copied only where they begin at an odd place. */
export function unpackBase(given: Uint8Array, madeBy: string): Unpacked {
  const refused = (refusedBecause: UnpackRefusal): Unpacked => ({ base: null, refusedBecause });
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const words = wordsOf(bytes);
  if (words.length < headWords || words[0] !== magic) return refused("not-a-base");
  const [low, high] = hashOf(madeBy);
  const isOurs = words[2] === format && words[3] === low && words[4] === high && words[5] === sectionNames.length;
  if (!isOurs) return refused("other-version");
  const { places, end } = placesOf((at) => words[lengthsFrom + at] ?? 0);
  if (end !== bytes.length) return refused("incomplete");
  if (checksumOf(words.subarray(checkedFrom)) !== words[1]) return refused("damaged");
  const arrays = places.map(({ name, offset, length }) => {
    const from = bytes.byteOffset + offset;
    const isBytes = sectionArrays[name] === Uint8Array;
    return [name, isBytes ? new Uint8Array(bytes.buffer, from, length) : new Uint32Array(bytes.buffer, from, length)];
  });
  return { base: openBase(Object.fromEntries(arrays) as Sections), refusedBecause: null };
}

const wordsOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, byteLength >> 2);

function hashOf(madeBy: string): [number, number] {
  const hash = new Uint32Array(2);
  sipHash(madeBy, [0, 0], hash);
  return [hash[0] ?? 0, hash[1] ?? 0];
}
