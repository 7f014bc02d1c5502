import type { SampledNetwork } from "../network/sampled-network.js";
import type { Sampler } from "../network/settings/sample-run.js";
import type { tf } from "../tensor/backend.js";
import { weightedSum } from "../tensor/sampling/weighted-sum.js";
import { type Activations, disposeActivations, inputActivations } from "./activations.js";
import { type PathStatistics, runBlock } from "./block-pass.js";
import { blockScales } from "./block-scales.js";
import { mapComponents, sharesOf } from "./component-stack.js";
import { branchMask } from "./masks.js";
import { planNetwork } from "./network-plan.js";
import { requireSampler } from "./sampler.js";
import { type BatchStatistics, statisticsOf } from "./statistics.js";
import type { BlockSeries, RecordedStatistic, TrialRecord } from "./trial-record.js";
import { Turns } from "./turns.js";
import type { LengthWindow } from "./window.js";

export interface TrialOptions {
  readonly seed: number;
  /** Which of the trials: 0, 1, … Its weights and inputs depend on (seed, width, trial) and the sampler alone. */
  readonly trial: number;
  /** The path lengths kept apart after each block. Without windows no path is resolved. */
  readonly windows?: readonly LengthWindow[];
  /** The blocks whose statistics are recorded, ascending; all of them if absent. */
  readonly recordedBlocks?: readonly number[];
  /** The blocks after which the shares are recorded, ascending; the last one if absent. */
  readonly shareBlocks?: readonly number[];
  /** `direct` if absent. */
  readonly sampler?: Sampler;
  /** What the network is given, [batch, size, size, imageChannels]; independent N(0, 1) if absent. */
  readonly inputs?: Float32Array;
  /**
   * The standard deviation that an `expected` normaliser divides by: of the input of a block's weight layer 0, 1, …; 1 if
   * absent.
   */
  readonly expectedDeviation?: (block: number, layer: number) => number;
  /**
   * The activations are rescaled by a power of two when their root mean square leaves 2^±this: exact, and without it an
   * unnormalised network of 256 blocks overflows float32. 16 if absent.
   */
  readonly rescaleBeyond?: number;
  readonly signal?: AbortSignal;
}

/**
 * Draws one network at initialisation and sends one batch through it, split by path length: an input layer of LeCun
 * weights, then blocks x ← skipScale·x + branchScale·f(x) (src/network/sampled-network.ts). Normalisers have no epsilon:
 * what has no variance becomes 0.
 *
 * @throws InvalidArgumentError when the sampler cannot draw the network; the signal's reason when it is aborted.
 */
export async function runTrial(network: SampledNetwork, options: TrialOptions): Promise<TrialRecord> {
  const { seed, trial, windows, sampler = "direct", signal } = options;
  const { rescaleBeyond = 16, expectedDeviation = () => 1 } = options;
  requireSampler(sampler, network, windows !== undefined);
  const { blocks } = planNetwork(network);
  const mask = branchMask(network, { seed, trial });
  const recorded = new Set(options.recordedBlocks ?? blocks.map(({ block }) => block));
  const shared = new Set(windows ? (options.shareBlocks ?? [network.depth]) : []);
  const series = new SeriesWriter(recorded);
  const shares: TrialRecord["shares"][number][] = [];
  const activations = start(network, { ...options, sampler });
  try {
    const turns = new Turns(signal);
    for (const plan of blocks) {
      await turns.next();
      const { block } = plan;
      const isRecorded = recorded.has(block);
      const input = rescaled(activations, rescaleBeyond, isRecorded);
      const { exponent } = activations;
      const window = windows?.[block - 1];
      const paths = runBlock(activations, {
        network,
        plan,
        seed,
        trial,
        sampler,
        scales: blockScales(network, plan, mask),
        input,
        window,
        isRecorded,
        expectedDeviation,
      });
      if (paths) series.push({ ...paths, input }, exponent);
      if (shared.has(block) && activations.stack) {
        const share = sharesOf(activations.stack, activations.total, centresTheBatch(network));
        shares.push({ block, share });
      }
    }
  } finally {
    disposeActivations(activations);
  }
  return { trial, ...series.done(), shares };
}

/** Whether shares are covariances over the batch: where a branch starts by centring over it (docs/statistics.md). */
export function centresTheBatch({ normalizer, position }: SampledNetwork): boolean {
  return normalizer === "batch" && position === "pre";
}

function start(network: SampledNetwork, options: TrialOptions & { readonly sampler: Sampler }): Activations {
  const { total, exponent } = inputActivations(network, options);
  const first = { window: { low: 0, high: 0 }, components: [] };
  const stack = options.windows && { ...first, components: [weightedSum(total, 1, total, 0)] };
  return { total, stack, exponent };
}

/** Divides the activations by a power of two when they are far from 1; returns the statistics of what they are then. */
export function rescaled(
  activations: Activations,
  beyond: number,
  withChannelVariance = true,
): BatchStatistics {
  const statistics = statisticsOf(activations.total, withChannelVariance);
  const { secondMoment } = statistics;
  const isUsable = secondMoment > 0 && Number.isFinite(secondMoment);
  const shift = isUsable ? Math.round(Math.log2(secondMoment) / 2) : 0;
  if (Math.abs(shift) <= beyond) return statistics;
  const divided = (x: tf.Tensor2D) => weightedSum(x, 2 ** -shift, x, 0);
  const total = divided(activations.total);
  activations.total.dispose();
  activations.total = total;
  if (activations.stack) mapComponents(activations.stack, divided);
  activations.exponent += shift;
  return statisticsOf(total, withChannelVariance);
}

/** Collects the series of the recorded blocks. */
class SeriesWriter {
  readonly #blocks: Int32Array;
  readonly #series: Record<"skip" | "branch" | "input", BlockSeries>;
  #next = 0;

  constructor(blocks: ReadonlySet<number>) {
    this.#blocks = Int32Array.from(blocks);
    const empty = (): BlockSeries => {
      const one = () => new Float64Array(blocks.size);
      return { variance: one(), meanSquared: one(), secondMoment: one(), channelVariance: one() };
    };
    this.#series = { skip: empty(), branch: empty(), input: empty() };
  }

  push(block: PathStatistics & { readonly input: BatchStatistics }, exponent: number): void {
    for (const path of ["skip", "branch", "input"] as const) {
      for (const name of RECORDED) {
        // Two factors, because 2^(2·exponent) alone may be beyond float64 where the product is not.
        this.#series[path][name][this.#next] = block[path][name] * 2 ** exponent * 2 ** exponent;
      }
    }
    this.#next++;
  }

  done(): Pick<TrialRecord, "blocks" | "skip" | "branch" | "input"> {
    return { blocks: this.#blocks, ...this.#series };
  }
}

const RECORDED: readonly RecordedStatistic[] = ["variance", "meanSquared", "secondMoment", "channelVariance"];
