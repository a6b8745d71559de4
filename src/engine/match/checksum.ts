const prime1 = 0x9e3779b1;
const prime2 = 0x85ebca77;
const prime3 = 0xc2b2ae3d;
const prime4 = 0x27d4eb2f;

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

const mixed = (lane: number, word: number): number =>
  Math.imul(rotated((lane + Math.imul(word, prime2)) | 0, 13), prime1);

/**
 * xxHash32 (Y. Collet) of words of 32 bits, seed 0. One word that differs, however much, always gives another sum; other
 * damage is missed once in 2^32.
 */
export function checksumOf(words: Uint32Array): number {
  let a = (prime1 + prime2) | 0;
  let b = prime2 | 0;
  let c = 0;
  let d = -prime1 | 0;
  const { length } = words;
  const striped = length - (length % 4);
  for (let at = 0; at < striped; at += 4) {
    a = mixed(a, words[at] as number);
    b = mixed(b, words[at + 1] as number);
    c = mixed(c, words[at + 2] as number);
    d = mixed(d, words[at + 3] as number);
  }
  let sum = striped === 0 ? 0x165667b1 : rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18);
  sum = (sum + length * 4) | 0;
  for (let at = striped; at < length; at += 1)
    sum = Math.imul(rotated((sum + Math.imul(words[at] as number, prime3)) | 0, 17), prime4);
  sum = Math.imul(sum ^ (sum >>> 15), prime2);
  sum = Math.imul(sum ^ (sum >>> 13), prime3);
  return (sum ^ (sum >>> 16)) >>> 0;
}
