/**
 * A record of one trial as one line of JSON. `Float64Array` and `Int32Array` become base64 of little-endian values, which
 * is half as long as decimals, and they come back bit by bit.
 */
export function encodeRecord(record: unknown): string {
  return JSON.stringify(record, (_key, value) => {
    if (value instanceof Float64Array) return { float64: pack(value, "setFloat64") };
    if (value instanceof Int32Array) return { int32: pack(value, "setInt32") };
    return value;
  });
}

/**
 * What {@link encodeRecord} wrote.
 *
 * @throws SyntaxError when the line is not JSON, or an array in it has a number of bytes that no array of its kind has.
 */
export function decodeRecord(line: string): unknown {
  return JSON.parse(line, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const { float64, int32 } = value as Partial<Record<"float64" | "int32", unknown>>;
    if (typeof float64 === "string") return unpackFloat64(float64);
    if (typeof int32 === "string") return unpackInt32(int32);
    return value;
  });
}

function pack(values: Float64Array | Int32Array, set: "setFloat64" | "setInt32"): string {
  const bytes = Buffer.alloc(values.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const [index, value] of values.entries()) view[set](index * values.BYTES_PER_ELEMENT, value, true);
  return bytes.toString("base64");
}

function unpackFloat64(text: string): Float64Array {
  const view = viewOf(text, 8);
  return Float64Array.from({ length: view.byteLength / 8 }, (_, index) => view.getFloat64(8 * index, true));
}

function unpackInt32(text: string): Int32Array {
  const view = viewOf(text, 4);
  return Int32Array.from({ length: view.byteLength / 4 }, (_, index) => view.getInt32(4 * index, true));
}

function viewOf(text: string, width: number): DataView {
  const bytes = Buffer.from(text, "base64");
  if (bytes.byteLength % width !== 0)
    throw new SyntaxError(`${bytes.byteLength} bytes of numbers of ${width}`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
