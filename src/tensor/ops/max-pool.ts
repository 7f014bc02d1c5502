import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { computed } from "../transfer.js";

/** The side of the window, its stride and how far it reaches beyond the map. */
const WINDOW = 3;
const STRIDE = 2;
const PADDING = 1;
/** The place in the middle of a window, which lies within the map wherever the window is. */
const CENTRE = 4;

/**
 * Max-pooling over windows of 3×3 with stride 2, padded by 1 on every side with −∞: PyTorch's `MaxPool2d(3, 2, 1)`, that of
 * ResNet's stem. A window with a number that is not a number gives that. The gradient goes to the first of the largest.
 *
 * It keeps a byte for each result, and not its input.
 *
 * @param x NHWC, [B, H, W, C].
 * @returns [B, ⌈H/2⌉, ⌈W/2⌉, C].
 */
export function maxPool(x: tf.Tensor4D): tf.Tensor4D {
  const { shape } = x;
  const [batch, height, width, channels] = shape;
  const pooled: typeof shape = [batch, Math.ceil(height / STRIDE), Math.ceil(width / STRIDE), channels];
  // Which of its window's nine places each result is from.
  const places = new Uint8Array(pooled.reduce((product, size) => product * size, 1)).fill(CENTRE);
  return differentiable({
    inputs: [x],
    forward: () =>
      computed<tf.Rank.R4>(pooled, [x], (y, values) => {
        y.fill(Number.NEGATIVE_INFINITY);
        eachPlace(shape, ({ to, from, place }) => {
          for (let c = 0; c < channels; c++) {
            const value = values[from + c];
            if (!(value > y[to + c] || Number.isNaN(value))) continue;
            y[to + c] = value;
            places[to + c] = place;
          }
        });
      }),
    backward: (dy) => [
      computed(shape, [dy], (dx, slopes) => {
        dx.fill(0);
        eachPlace(shape, ({ to, from, place }) => {
          for (let c = 0; c < channels; c++) if (places[to + c] === place) dx[from + c] += slopes[to + c];
        });
      }),
    ],
  });
}

/** A place of a window: the first channel of its result, and of the pixel that lies there. */
interface WindowPlace {
  readonly to: number;
  readonly from: number;
  /** 0…8, row by row. */
  readonly place: number;
}

/** Goes through the windows of a map, and through the places of each that lie within the map. */
function eachPlace(shape: tf.Tensor4D["shape"], visit: (place: WindowPlace) => void): void {
  const [batch, height, width, channels] = shape;
  const [rows, columns] = [Math.ceil(height / STRIDE), Math.ceil(width / STRIDE)];
  for (let result = 0; result < batch * rows * columns; result++) {
    const image = Math.floor(result / (rows * columns));
    const top = STRIDE * (Math.floor(result / columns) % rows) - PADDING;
    const left = STRIDE * (result % columns) - PADDING;
    for (let place = 0; place < WINDOW ** 2; place++) {
      const row = top + Math.floor(place / WINDOW);
      const column = left + (place % WINDOW);
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      visit({ to: channels * result, from: channels * ((image * height + row) * width + column), place });
    }
  }
}
