import { requireInteger } from "../network/domain.js";
import { openStream, type RandomStream } from "../random/stream.js";

/**
 * A random permutation of 0…count − 1, all equally likely (Fisher–Yates).
 *
 * @throws InvalidArgumentError unless count is a whole number from 0 to 2³² − 1.
 */
export function shuffledOrder(count: number, stream: RandomStream): Uint32Array {
  requireInteger("count", count, 0, 2 ** 32 - 1);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = uniformBelow(last + 1, stream);
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}

export interface DataOrderOptions {
  /** Images in the data set. */
  readonly count: number;
  /** Images in a batch. */
  readonly batch: number;
  readonly seed: number;
}

/**
 * Which images each training step sees: every epoch is a new permutation of the data set, cut into batches; the ragged
 * rest is dropped. The permutation depends on (seed, epoch) alone, so a run resumed at any step goes on as before.
 *
 * @example
 * ```ts
 * const order = new DataOrder({ count: 10, batch: 4, seed: 0 });
 * order.stepsPerEpoch; // 2
 * order.batch(0); // [9, 8, 1, 0]
 * order.batch(2); // [6, 5, 8, 2]
 * ```
 */
export class DataOrder {
  readonly stepsPerEpoch: number;
  readonly #options: DataOrderOptions;
  #epoch = -1;
  #order: Uint32Array = new Uint32Array(0);

  /** @throws InvalidArgumentError when the batch is larger than the data set. */
  constructor(options: DataOrderOptions) {
    requireInteger("count", options.count, 1, 2 ** 32 - 1);
    requireInteger("batch", options.batch, 1, options.count);
    this.#options = options;
    this.stepsPerEpoch = Math.floor(options.count / options.batch);
  }

  /** The images of a step, counted from 0. */
  batch(step: number): Uint32Array {
    requireInteger("step", step, 0);
    const { count, batch, seed } = this.#options;
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (epoch !== this.#epoch) {
      this.#order = shuffledOrder(count, openStream({ seed, purpose: "data-order", index: [epoch] }));
      this.#epoch = epoch;
    }
    const start = (step % this.stepsPerEpoch) * batch;
    return this.#order.slice(start, start + batch);
  }
}

/**
 * A whole number below `bound`, all equally likely: [0, 2³²) is cut into `bound` equal pieces, and what is left over
 * is drawn again. The piece is found from the high bits, which are xoroshiro128+'s good ones.
 */
function uniformBelow(bound: number, stream: RandomStream): number {
  const piece = Math.floor(2 ** 32 / bound);
  for (;;) {
    const value = Math.floor((stream.nextInt() >>> 0) / piece);
    if (value < bound) return value;
  }
}
