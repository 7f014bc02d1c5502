import { shown, shownName } from "../../network/shown.js";
import { bytesOf, FLOAT_TYPES } from "./float-formats.js";

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
  /** Throws what is wrong, as something said of the file: "has …". */
  readonly fail: (what: string) => never;
}

export interface ParsedHeader {
  /** In the order of their bytes, which they fill without gaps or overlaps, with the counters of PyTorch left out. */
  readonly entries: readonly (TensorEntry & { readonly name: string })[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Counters beside the weights: BatchNorm's of its batches, and AveragedModel's of its models. Nothing here uses them. */
const COUNTER = /(^|\.)(num_batches_tracked|n_averaged)$/;

/** Reads and checks the header of a safetensors file. */
export function parseHeader({ header, dataBytes, fail: refuse }: HeaderOptions): ParsedHeader {
  const fail = (why: string) => refuse(`has a damaged header: ${why}`);
  const { __metadata__: metadata = {}, ...tensors } = parseObject(header, fail);
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    return fail("__metadata__ must be an object of texts");
  }
  const entries = Object.entries(tensors)
    .map(([name, entry]) => ({ name, ...requirePlace(name, entry, fail) }))
    .sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let end = 0;
  for (const { name, data_offsets: offsets } of entries) {
    if (offsets[0] !== end) {
      const what = offsets[0] < end ? "overlaps the tensor before it" : "leaves a gap before it";
      fail(`${shownName(name)} ${what}: it starts at byte ${offsets[0]} of the data, not at ${end}`);
    }
    end = offsets[1];
  }
  if (end > dataBytes) {
    refuse(`is cut off: its tensors take ${end} bytes, and ${dataBytes} follow the header`);
  }
  if (end < dataBytes) fail(`its tensors take ${end} bytes, and ${dataBytes} follow the header`);
  const floats = entries.filter(({ name }) => !COUNTER.test(name));
  for (const entry of floats) requireFloats(entry, refuse, fail);
  return { entries: floats, metadata: metadata as Record<string, string> };
}

function parseObject(text: string, fail: HeaderOptions["fail"]): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    fail("it is not JSON");
  }
  return isObject(value) ? value : fail("it is not an object");
}

function requirePlace(name: string, entry: unknown, fail: HeaderOptions["fail"]): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  if (typeof dtype !== "string" || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    return fail(`${shownName(name)} must have a dtype, a shape and data_offsets`);
  }
  const [start, end] = offsets;
  if (end < start) fail(`${shownName(name)} ends at byte ${end} of the data, before it starts at ${start}`);
  return { dtype, shape, data_offsets: [start, end] };
}

function requireFloats(
  { name, dtype, shape, data_offsets: [start, end] }: TensorEntry & { readonly name: string },
  refuse: HeaderOptions["fail"],
  fail: HeaderOptions["fail"],
): void {
  const bytes = bytesOf(dtype);
  if (!bytes) {
    const read = `${FLOAT_TYPES.slice(0, -1).join(", ")} and ${FLOAT_TYPES.at(-1)}`;
    refuse(
      `has a tensor that is not read: ${shownName(name)} is of type ${shownName(dtype)}, and weights are ${read}; leave it out, or convert it`,
    );
  }
  const size = bytes * shape.reduce((product, n) => product * n, 1);
  if (end - start !== size) {
    fail(
      `${shownName(name)} has ${end - start} bytes, and the shape ${shown(shape)} in ${dtype} takes ${size}`,
    );
  }
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
