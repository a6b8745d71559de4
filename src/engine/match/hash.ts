/** 32 bits of a text (FNV-1a, stirred as in MurmurHash3's finaliser); another seed gives an independent value. */
export function hashText(text: string, seed = 0): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** As `hashText`; 0 stands for nothing, and for nothing else. */
export const hashOrNone = (text: string | null, seed: number): number =>
  text === null || text === "" ? 0 : hashText(text, seed) || 1;
