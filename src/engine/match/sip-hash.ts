/** Two numbers of 32 bits. Whoever does not know them cannot make two texts that hash alike. */
export type Seed = readonly [number, number];

const finalRounds = 3;

/**
 * 64 bits of a text's UTF-16 units under a seed, into `out[0]` and `out[1]`: HalfSipHash-1-3 (J.-P. Aumasson and D. J.
 * Bernstein), which is made for tables that strangers fill.
 */
export function sipHash(text: string, [low, high]: Seed, out: Uint32Array): void {
  let v0 = low;
  let v1 = high ^ 0xee;
  let v2 = 0x6c796765 ^ low;
  let v3 = 0x74656462 ^ high;
  const { length } = text;
  const pairs = length >> 1;
  const last = pairs + 1;
  for (let at = 0; at < last + 2 * finalRounds; at += 1) {
    let word = 0;
    if (at < pairs) word = text.charCodeAt(2 * at) | (text.charCodeAt(2 * at + 1) << 16);
    else if (at === pairs) word = (length << 24) | ((length & 1) === 1 ? text.charCodeAt(length - 1) : 0);
    else if (at === last) v2 ^= 0xee;
    else if (at === last + finalRounds) {
      out[0] = v1 ^ v3;
      v1 ^= 0xdd;
    }
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  out[1] = v1 ^ v3;
}
