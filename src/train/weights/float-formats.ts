/** A floating-point format of safetensors that is read. */
interface FloatFormat {
  readonly bytes: number;
  /** The number at a byte; all are little-endian. */
  readonly read: (view: DataView, at: number) => number;
}

/**
 * The formats that tensors are read from, by their name in the header. Numbers of 16 bits are exact in float32; those of float64 are
 * rounded to the nearest, to even at a tie, and to ±∞ beyond float32.
 */
const FORMATS: Readonly<Record<string, FloatFormat>> = {
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => halfOf(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: brainFloat },
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

export const FLOAT_TYPES = Object.keys(FORMATS);

/** Bytes of a number, or undefined for a type that is not read. */
export const bytesOf = (dtype: string): number | undefined => FORMATS[dtype]?.bytes;

/** As many numbers as `values` has, in float32, from the byte `start` on. */
export function readFloats(
  view: DataView,
  { dtype, start, values }: { readonly dtype: string; readonly start: number; readonly values: Float32Array },
): void {
  const { bytes, read } = FORMATS[dtype]!;
  for (let i = 0; i < values.length; i++) values[i] = read(view, start + i * bytes);
}

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (0x400 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function brainFloat(view: DataView, at: number): number {
  scratch.setUint32(0, view.getUint16(at, true) << 16);
  return scratch.getFloat32(0);
}
