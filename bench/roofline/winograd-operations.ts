/** A convolution 3×3 of stride 1 from one set of images to another; for the filter's gradient, of inputs and output gradients. */
export interface WinogradConvolution {
  readonly kernel: "conv2d" | "conv2dBackpropInput" | "conv2dBackpropFilter";
  readonly batch: number;
  readonly from: { readonly columns: number; readonly channels: number };
  readonly to: { readonly rows: number; readonly columns: number; readonly channels: number };
}

/** Rows and columns of results, or of output gradients, in a tile, and of the square that it becomes. */
const [RESULTS, PLACES, TAPS] = [4, 6, 3];

/**
 * Operations for one number of a line in the transformations of assembly/winograd-lines.ts and
 * winograd-gradient-lines.ts: Bᵀ, G and Aᵀ, and A and Gᵀ.
 */
export const LINE_OPERATIONS = {
  transformInputLines: 22,
  transformFilterLines: 13,
  transformProductLines: 16,
  transformGradientLines: 14,
  transformSumLines: 16,
} as const;

/**
 * Operations of F(4×4, 3×3): 36 products for each tile and pair of channels, and the transformations of squares, a pass of lines
 * down the columns and one across the rows. Down, images are transformed column by column of the image; the six columns of
 * a tile overlap with those of its neighbours.
 */
export function winogradOperations({ kernel, batch, from, to }: WinogradConvolution): number {
  const strips = batch * Math.ceil(to.rows / RESULTS);
  const tiles = strips * Math.ceil(to.columns / RESULTS);
  const pairs = from.channels * to.channels;
  const products = 2 * PLACES ** 2 * tiles * pairs;
  const images = (columns: number, channels: number, operations: number) =>
    operations * channels * (strips * columns + PLACES * tiles);
  const inputs = images(from.columns, from.channels, LINE_OPERATIONS.transformInputLines);
  if (kernel === "conv2dBackpropFilter") {
    const gradients = images(to.columns, to.channels, LINE_OPERATIONS.transformGradientLines);
    const sums = LINE_OPERATIONS.transformSumLines * (PLACES + TAPS) * pairs;
    return products + inputs + gradients + sums;
  }
  const filters = LINE_OPERATIONS.transformFilterLines * (TAPS + PLACES) * pairs;
  const results = LINE_OPERATIONS.transformProductLines * (PLACES + RESULTS) * tiles * to.channels;
  return products + inputs + filters + results;
}
