/** A convolution as the tests describe it, NHWC. */
export interface ConvolutionCase {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros before and after both axes. */
  readonly pad: number;
}

/** Float64 sums, the sums of the products' magnitudes, and how many products there are. */
export interface ReferenceSums {
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
  readonly terms: Float64Array;
}

export interface ConvolutionReference {
  readonly y: ReferenceSums;
  readonly dx: ReferenceSums;
  readonly dw: ReferenceSums;
}

export interface ConvolutionOperands {
  readonly x: ArrayLike<number>;
  readonly filter: ArrayLike<number>;
  readonly dy: ArrayLike<number>;
}

export function outputSize({ height, width, kernel, stride, pad }: ConvolutionCase): [number, number] {
  return [height, width].map((size) => Math.floor((size + 2 * pad - kernel) / stride) + 1) as [
    number,
    number,
  ];
}

/** The convolution and both of its gradients, product by product in float64. */
export function convolutionReference(
  shape: ConvolutionCase,
  operands: ConvolutionOperands,
): ConvolutionReference {
  const { batch, height, width, inputs, outputs, kernel, stride, pad } = shape;
  const { x, filter, dy } = operands;
  const [rows, columns] = outputSize(shape);
  const y = sums(batch * rows * columns * outputs);
  const dx = sums(batch * height * width * inputs);
  const dw = sums(kernel * kernel * inputs * outputs);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let tap = 0; tap < kernel * kernel; tap++) {
          const row = i * stride + Math.floor(tap / kernel) - pad;
          const column = j * stride + (tap % kernel) - pad;
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          for (let c = 0; c < inputs; c++) {
            const input = ((b * height + row) * width + column) * inputs + c;
            for (let o = 0; o < outputs; o++) {
              const output = ((b * rows + i) * columns + j) * outputs + o;
              const weight = (tap * inputs + c) * outputs + o;
              add(y, output, x[input] * filter[weight]);
              add(dx, input, dy[output] * filter[weight]);
              add(dw, weight, x[input] * dy[output]);
            }
          }
        }
      }
    }
  }
  return { y, dx, dw };
}

function sums(length: number): ReferenceSums {
  return {
    values: new Float64Array(length),
    magnitudes: new Float64Array(length),
    terms: new Float64Array(length),
  };
}

function add({ values, magnitudes, terms }: ReferenceSums, at: number, product: number): void {
  values[at] += product;
  magnitudes[at] += Math.abs(product);
  terms[at]++;
}

/**
 * The largest error over its bound: a float32 sum of n products in any order, fused or not, is within
 * n·2^−24/(1 − n·2^−24)·Σ|products| of the true one (Higham, Accuracy and Stability of Numerical Algorithms, §3.1, with one
 * rounding more for the product). At most 1 if the sums are right.
 */
export function errorOverBound(
  found: ArrayLike<number>,
  { values, magnitudes, terms }: ReferenceSums,
): number {
  if (found.length !== values.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < values.length; i++) {
    const roundings = (terms[i] + 1) * 2 ** -24;
    const bound = (roundings / (1 - roundings)) * magnitudes[i];
    const error = Math.abs(found[i] - values[i]);
    // A sum of nothing is exactly 0; NaN fails every comparison.
    const ratio = error === 0 ? 0 : error / bound;
    if (!(ratio <= worst)) worst = ratio;
  }
  return worst;
}
