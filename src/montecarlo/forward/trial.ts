import { statisticsOf } from "../../network/normalizers.js";
import { type NetworkPlan, plannedBlocks, scalesAt } from "../../network/plan/index.js";
import { weightedSum } from "../../tensor/sampling/weighted-sum.js";
import type { BatchStatistics } from "../layers/statistics.js";
import { requireSampler } from "../network/sampler.js";
import type { TrialJob } from "../network/trial-plan.js";
import { type Activations, disposeActivations, inputActivations, rescaled } from "./activations.js";
import { type PathStatistics, runBlock } from "./block-pass.js";
import { sharesOf } from "./component-stack.js";
import { branchMask } from "./masks.js";
import type { BlockSeries, RecordedStatistic, TrialRecord } from "./trial-record.js";
import { Turns } from "./turns.js";

/** How a trial runs. */
export interface TrialOptions {
  /**
   * The activations are rescaled by a power of two when their root mean square leaves 2^±this: exact, and without it an
   * unnormalised network of 256 blocks overflows float32. 16 if absent.
   */
  readonly rescaleBeyond?: number;
  readonly signal?: AbortSignal;
}

/**
 * Draws one network at initialisation and sends one batch through it, split by path length: an input layer of LeCun
 * weights, then blocks x ← skip·x + branch·f(x) (src/network/plan). Normalisers have no epsilon: what has no variance
 * becomes 0; what divides by a predicted deviation divides by 1 where the plan has none.
 *
 * @throws InvalidArgumentError when the sampler cannot draw the network; the signal's reason when it is aborted.
 */
export async function runTrial(job: TrialJob, options: TrialOptions = {}): Promise<TrialRecord> {
  const { network, trial, windows, sampler = "direct" } = job;
  const { rescaleBeyond = 16, signal } = options;
  const { plan } = network;
  requireSampler(sampler, network, windows !== undefined);
  const mask = branchMask(job);
  const recorded = new Set(job.recordedBlocks ?? Array.from(plannedBlocks(plan), ({ block }) => block));
  const shared = new Set(windows ? (job.shareBlocks ?? [plan.depth]) : []);
  const series = new SeriesWriter(recorded);
  const shares: TrialRecord["shares"][number][] = [];
  const activations = start(job);
  try {
    const turns = new Turns(signal);
    for (const at of plannedBlocks(plan)) {
      await turns.next();
      const { block } = at;
      const isRecorded = recorded.has(block);
      const input = rescaled(activations, rescaleBeyond, isRecorded);
      const { exponent } = activations;
      const scales = scalesAt(plan, at);
      const paths = runBlock(activations, {
        job,
        at,
        scales: mask?.[block - 1] === 0 ? { ...scales, branch: 0 } : scales,
        input,
        window: windows?.[block - 1],
        isRecorded,
      });
      if (paths) series.push({ ...paths, input }, exponent);
      if (shared.has(block) && activations.stack) {
        const share = sharesOf(activations.stack, activations.total, centresTheBatch(plan));
        shares.push({ block, share });
      }
    }
  } finally {
    disposeActivations(activations);
  }
  return { trial, ...series.done(), shares };
}

/** Whether shares are covariances over the batch: where a branch starts by centring over it (docs/statistics.md). */
export function centresTheBatch({ runs }: Pick<NetworkPlan, "runs">): boolean {
  return statisticsOf(runs[0].block.layers[0].normalizer) === "batch";
}

function start(job: TrialJob): Activations {
  const { total, exponent } = inputActivations(job);
  const first = { window: { low: 0, high: 0 }, components: [] };
  const stack = job.windows && { ...first, components: [weightedSum(total, 1, total, 0)] };
  return { total, stack, exponent };
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
