import type { ChannelStatistics } from "../../tensor/index.js";

/** How much of a moving average is kept at each step; PyTorch calls the other part, 0.1, its momentum. */
const KEPT = 0.9;

/**
 * The statistics of one batch normalisation: what it found in the last batch that went through in mode `train`, and the
 * moving averages (mean 0 and biased variance 1 at the start).
 *
 * A forward pass records and moves nothing, so that it may be repeated, as recomputation does; the step moves the
 * averages once, with the mean of the statistics of its ghost batches.
 */
export class MovingStatistics {
  readonly name: string;
  readonly moving: ChannelStatistics;
  latest: ChannelStatistics;

  constructor(name: string, channels: number) {
    this.name = name;
    this.moving = { mean: new Float32Array(channels), variance: new Float32Array(channels).fill(1) };
    this.latest = this.moving;
  }

  get channels(): number {
    return this.moving.mean.length;
  }

  /** For a pass in which no batch went through: the averages will stay where they are. */
  rest(): void {
    this.latest = this.moving;
  }

  /** average ← 0.9·average + 0.1·batch. */
  follow(batch: ChannelStatistics): void {
    const { mean, variance } = this.moving;
    for (let c = 0; c < mean.length; c++) {
      mean[c] += (1 - KEPT) * (batch.mean[c] - mean[c]);
      variance[c] += (1 - KEPT) * (batch.variance[c] - variance[c]);
    }
  }
}
