/** Numbers of 32 bits without sign that are appended one by one, at four bytes each. */
export type Growing = { push(value: number): void; readonly length: number; trimmed(): Uint32Array };

export function createGrowing(first = 1_024): Growing {
  let values = new Uint32Array(first);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        const larger = new Uint32Array(values.length * 2);
        larger.set(values);
        values = larger;
      }
      values[length] = value;
      length += 1;
    },
    get length() {
      return length;
    },
    trimmed: () => values.slice(0, length),
  };
}
