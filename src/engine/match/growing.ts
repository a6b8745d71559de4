/** Numbers without sign that are appended one by one, at one or four bytes each. */
export type Growing<Values extends Uint8Array | Uint32Array> = {
  push(value: number): void;
  at(index: number): number;
  readonly length: number;
  /** Ends the appending: what was held for more is given back. */
  trimmed(): Values;
};

const first = 1_024;

export const createGrowing = (): Growing<Uint32Array> => growing((length) => new Uint32Array(length));
export const createGrowingBytes = (): Growing<Uint8Array> => growing((length) => new Uint8Array(length));

function growing<Values extends Uint8Array | Uint32Array>(make: (length: number) => Values): Growing<Values> {
  let values = make(first);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        const larger = make(values.length * 2);
        larger.set(values);
        values = larger;
      }
      values[length] = value;
      length += 1;
    },
    at: (index) => values[index] ?? 0,
    get length() {
      return length;
    },
    trimmed() {
      const exact = make(length);
      exact.set(values.subarray(0, length));
      values = make(0);
      return exact;
    },
  };
}
