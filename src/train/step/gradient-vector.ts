import { readInto, tensorOf, type tf } from "../../tensor/index.js";
import type { Network } from "../network/network.js";

/** A term of a sum of vectors. */
export interface WeightedVector {
  readonly vector: GradientVector;
  readonly weight: number;
}

/**
 * The gradients of a network and the batch statistics of its normalisations as one vector of float32, in the order of
 * the parameters and of the forward pass: what threads share, and what is summed over ghost batches.
 */
export class GradientVector {
  readonly values: Float32Array;
  readonly #network: Network;

  /** @param memory of {@link GradientVector.bytesOf} bytes; its own if absent. */
  constructor(
    network: Network,
    memory: SharedArrayBuffer | ArrayBuffer = new ArrayBuffer(GradientVector.bytesOf(network)),
  ) {
    this.#network = network;
    this.values = new Float32Array(memory as ArrayBuffer);
  }

  static bytesOf({ size, statistics }: Network): number {
    return 4 * (size + statistics.reduce((total, { channels }) => total + 2 * channels, 0));
  }

  /** Writes gradients, in the order of the parameters, and the statistics of the network's latest batch. */
  write(gradients: readonly tf.Tensor[]): void {
    let offset = 0;
    for (const gradient of gradients) {
      readInto(gradient, this.values.subarray(offset, offset + gradient.size));
      offset += gradient.size;
    }
    for (const { latest, channels } of this.#network.statistics) {
      this.values.set(latest.mean, offset);
      this.values.set(latest.variance, offset + channels);
      offset += 2 * channels;
    }
  }

  /** The gradients alone, without the statistics. */
  get slopes(): Float32Array {
    return this.values.subarray(0, this.#network.size);
  }

  clear(): void {
    this.values.fill(0);
  }

  /**
   * Adds weight·part, for each part in turn, with one rounding for each: the same in any thread, and whether the parts come one
   * by one or together. Two at a time are a pass over memory less.
   */
  add(parts: readonly WeightedVector[]): void {
    for (let i = 0; i < parts.length; i += 2) {
      if (i + 1 < parts.length) this.#addTwo(parts[i], parts[i + 1]);
      else this.#addOne(parts[i]);
    }
  }

  #addOne({ vector, weight }: WeightedVector): void {
    const [sum, terms] = [this.values, vector.values];
    for (let i = 0; i < sum.length; i++) sum[i] += weight * terms[i];
  }

  #addTwo(first: WeightedVector, second: WeightedVector): void {
    const [sum, a, b] = [this.values, first.vector.values, second.vector.values];
    const [ofA, ofB] = [first.weight, second.weight];
    for (let i = 0; i < sum.length; i++) sum[i] = Math.fround(sum[i] + ofA * a[i]) + ofB * b[i];
  }

  /** Each parameter's gradient as a tensor, which the caller disposes of. */
  gradients(): tf.Tensor[] {
    let offset = 0;
    return this.#network.parameters.map(({ variable }) => {
      const values = this.values.subarray(offset, offset + variable.size);
      offset += variable.size;
      return tensorOf(values, variable.shape);
    });
  }

  /** Moves the network's averages towards the statistics. */
  moveAverages(): void {
    let offset = this.#network.size;
    for (const statistics of this.#network.statistics) {
      const { channels } = statistics;
      statistics.follow({
        mean: this.values.subarray(offset, offset + channels),
        variance: this.values.subarray(offset + channels, offset + 2 * channels),
      });
      offset += 2 * channels;
    }
  }
}
