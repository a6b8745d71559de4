/** FNV-1a of nothing. */
const empty = 0x811c9dc5;

/** Goes on with letters of a text, from one place to before another: `hash` is that of what stands before them. */
export function hashOn(hash: number, text: string, from: number, to: number): number {
  let state = hash;
  for (let at = from; at < to; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state;
}

/** The beginning of `hashOn`; another seed gives independent values. */
export const hashStart = (seed = 0): number => empty ^ seed;

/** The end of `hashOn`: stirred as in MurmurHash3's finaliser, 32 bits without sign. */
export function hashEnd(hash: number): number {
  let state = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** 32 bits of a text (FNV-1a, stirred). */
export const hashText = (text: string, seed = 0): number => hashEnd(hashOn(hashStart(seed), text, 0, text.length));

/** As `hashText`; 0 stands for nothing, and for nothing else. */
export const hashOrNone = (text: string | null, seed: number): number =>
  text === null || text === "" ? 0 : hashText(text, seed) || 1;
