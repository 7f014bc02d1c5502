import { tf } from "../tensor/index.js";
import type { Network } from "./wide-resnet.js";

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
    const put = (values: Float32Array) => {
      this.values.set(values, offset);
      offset += values.length;
    };
    for (const gradient of gradients) put(gradient.dataSync<"float32">());
    for (const { latest } of this.#network.statistics) {
      put(latest.mean);
      put(latest.variance);
    }
  }

  /** Becomes weight·part, or has it added: rounded once for each number, the same in any thread. */
  add(part: GradientVector, weight: number, isFirst: boolean): void {
    const [sum, terms] = [this.values, part.values];
    for (let i = 0; i < sum.length; i++) sum[i] = (isFirst ? 0 : sum[i]) + weight * terms[i];
  }

  /** A parameter's gradient as a tensor, which the caller disposes of. */
  gradients(): tf.Tensor[] {
    let offset = 0;
    return this.#network.parameters.map(({ variable }) => {
      const values = this.#slice(offset, variable.size);
      offset += variable.size;
      return tf.tensor(values, variable.shape);
    });
  }

  /** Moves the network's averages towards the statistics. */
  moveAverages(): void {
    let offset = this.#network.size;
    for (const statistics of this.#network.statistics) {
      const { channels } = statistics;
      statistics.follow({
        mean: this.#slice(offset, channels),
        variance: this.#slice(offset + channels, channels),
      });
      offset += 2 * channels;
    }
  }

  /** A copy: tfjs's cpu backend would keep the shared memory itself. */
  #slice(offset: number, length: number): Float32Array {
    return new Float32Array(this.values.subarray(offset, offset + length));
  }
}
