/** A tensor in the header of a safetensors file. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Its first byte and the one after its last, counted from the end of the header. */
  readonly data_offsets: readonly [number, number];
}

export interface HeaderOptions {
  /** JSON. */
  readonly header: string;
  /** Bytes that follow the header. */
  readonly dataBytes: number;
  /** Throws what is wrong. */
  readonly fail: (why: string) => never;
}

export interface ParsedHeader {
  /** In the order of their bytes, which they fill without gaps or overlaps. */
  readonly entries: readonly (TensorEntry & { readonly name: string })[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads and checks the header of a safetensors file. */
export function parseHeader({ header, dataBytes, fail }: HeaderOptions): ParsedHeader {
  const { __metadata__: metadata = {}, ...tensors } = parseObject(header, fail);
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    return fail("__metadata__ must be an object of texts");
  }
  const entries = Object.entries(tensors)
    .map(([name, entry]) => ({ name, ...requireEntry(name, entry, fail) }))
    .sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let end = 0;
  for (const { name, data_offsets: offsets } of entries) {
    if (offsets[0] !== end) {
      const what = offsets[0] < end ? "overlaps the tensor before it" : "leaves a gap before it";
      fail(`${name} ${what}: it starts at byte ${offsets[0]} of the data, not at ${end}`);
    }
    end = offsets[1];
  }
  if (end !== dataBytes) fail(`its tensors take ${end} bytes, and ${dataBytes} follow the header`);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseObject(text: string, fail: HeaderOptions["fail"]): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    fail("its header is not JSON");
  }
  return isObject(value) ? value : fail("its header is not an object");
}

function requireEntry(name: string, entry: unknown, fail: HeaderOptions["fail"]): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    return fail(`${name} must have a dtype, a shape and data_offsets`);
  }
  if (dtype !== "F32") {
    return fail(`${name} is of type ${dtype}, and only F32 is read: leave it out, or convert it to float32`);
  }
  const [start, end] = offsets;
  const size = shape.reduce((product, n) => product * n, 1);
  if (end - start !== 4 * size) {
    fail(`${name} has ${end - start} bytes, and the shape [${shape.join(", ")}] takes ${4 * size}`);
  }
  return { dtype, shape, data_offsets: [start, end] };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
