type Numbers = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** The same array, or one twice as long with the same numbers in it, so that there is room for so many. */
export function withRoom<Array extends Numbers>(array: Array, wanted: number): Array {
  if (wanted <= array.length) return array;
  const length = Math.max(wanted, array.length * 2);
  const larger = array instanceof Uint8Array ? new Uint8Array(length) : new Uint32Array(length);
  larger.set(array);
  return larger as Array;
}

/** Numbers of 32 bits without sign that are appended one by one. */
export type Growing = { push(value: number): void; readonly length: number; trimmed(): Uint32Array<ArrayBuffer> };

export function createGrowing(): Growing {
  let values = new Uint32Array(1_024);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) values = withRoom(values, length + 1);
      values[length] = value;
      length += 1;
    },
    get length() {
      return length;
    },
    trimmed: () => values.slice(0, length),
  };
}
