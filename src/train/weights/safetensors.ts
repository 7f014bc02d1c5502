import { DataError, InvalidArgumentError } from "../../network/errors.js";
import { readFloats } from "./float-formats.js";
import { parseHeader, type TensorEntry } from "./safetensors-header.js";

/** Numbers with a name and a shape; [] is a scalar's. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** As many as the shape says, the last index running fastest. */
  readonly values: Float32Array;
}

/** What a safetensors file holds. */
export interface Safetensors {
  /** In the order of their bytes. */
  readonly tensors: readonly NamedTensor[];
  /** The file's `__metadata__`; empty if it has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes before the header: its length. */
const PREFIX = 8;
/** The header is padded to a multiple of this. */
const ALIGNMENT = 8;

/**
 * The bytes of a safetensors file (https://github.com/huggingface/safetensors): the length of the header as 8 bytes, the
 * header as JSON, padded with spaces to a multiple of 8 bytes, and the float32 numbers of one tensor after the other,
 * all little-endian. The same content gives the same bytes.
 *
 * @throws InvalidArgumentError for a name that is given twice or reserved, or a shape that its values do not fill.
 * @example
 * ```ts
 * const tensors = [{ name: "bias", shape: [2], values: Float32Array.of(1, 2) }];
 * const bytes = encodeSafetensors({ tensors, metadata: { model: "mine" } });
 * decodeSafetensors(bytes).metadata.model; // "mine"
 * ```
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  requireTensors(tensors);
  let end = 0;
  const entries = tensors.map(({ name, shape, values }): [string, TensorEntry] => {
    const start = end;
    end += 4 * values.length;
    return [name, { dtype: "F32", shape, data_offsets: [start, end] }];
  });
  const isDescribed = Object.keys(metadata).length > 0;
  const header = { ...(isDescribed ? { __metadata__: metadata } : {}), ...Object.fromEntries(entries) };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = ALIGNMENT * Math.ceil(json.length / ALIGNMENT);
  const bytes = new Uint8Array(PREFIX + length + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, PREFIX, PREFIX + length);
  bytes.set(json, PREFIX);
  let offset = PREFIX + length;
  for (const { values } of tensors) {
    for (let i = 0; i < values.length; i++, offset += 4) view.setFloat32(offset, values[i], true);
  }
  return bytes;
}

/**
 * Reads a safetensors file of floating-point numbers: those of F16 and BF16 as they are, those of F64 rounded to float32. Counters of
 * PyTorch's (`num_batches_tracked`, `n_averaged`) are left out.
 *
 * @param source where the bytes come from, for the message: a path, say.
 * @throws DataError when they are not such a file; when it is not whole, or its header does not describe it, without gaps or
 * overlaps; or a tensor is of another type.
 */
export function decodeSafetensors(bytes: Uint8Array, source = "the data"): Safetensors {
  const fail = (what: string): never => {
    throw new DataError(`${source} ${what}`);
  };
  requireSafetensors(bytes, fail);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(bytes.length - PREFIX)) {
    fail(`is cut off: its header is to be ${length} bytes long, and ${bytes.length - PREFIX} follow`);
  }
  const data = PREFIX + Number(length);
  const header = new TextDecoder().decode(bytes.subarray(PREFIX, data));
  const { entries, metadata } = parseHeader({ header, dataBytes: bytes.length - data, fail });
  const tensors = entries.map(({ name, dtype, shape, data_offsets: [start] }) => {
    const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
    readFloats(view, { dtype, start: data + start, values });
    return { name, shape, values };
  });
  return { tensors, metadata };
}

const SAVE = "write it with safetensors.torch.save_file";
/** What a file that is none may be, by how it begins. */
const OTHERS: readonly (readonly [begins: string, what: string])[] = [
  ["PK\x03\x04", `it is a zip archive, as torch.save and numpy.savez write them; ${SAVE}`],
  ["\x80\x02", `it is a pickle, as torch.save wrote them once; ${SAVE}`],
  ["\x89HDF", `it is an HDF5 file, as Keras writes them; ${SAVE}`],
  ["version ", "it is a pointer of Git LFS; fetch the file that it stands for"],
];

/** Refuses what does not begin with the length of a header and a brace. */
function requireSafetensors(bytes: Uint8Array, fail: (what: string) => never): void {
  if (bytes[PREFIX] === 0x7b) return;
  const begin = String.fromCharCode(...bytes.subarray(0, PREFIX));
  const other = OTHERS.find(([begins]) => begin.startsWith(begins))?.[1];
  const short = `it has ${bytes.length} bytes, and the length of a header takes ${PREFIX}`;
  const why = other ?? (bytes.length <= PREFIX ? short : "its header is not an object of JSON");
  fail(`is not a safetensors file: ${why}`);
}

function requireTensors(tensors: readonly NamedTensor[]): void {
  const names = new Set<string>();
  for (const { name, shape, values } of tensors) {
    if (name === "__metadata__" || names.has(name)) {
      throw new InvalidArgumentError("the name of a tensor", name, "given once, and not __metadata__");
    }
    names.add(name);
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== values.length) {
      throw new InvalidArgumentError(
        `the shape of ${name}`,
        `[${shape.join(", ")}]`,
        `that of ${values.length} numbers`,
      );
    }
  }
}
