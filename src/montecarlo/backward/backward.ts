import type { BackwardPrediction } from "../../analytic/mean-field/index.js";
import { blockAt, type LayerPlan, type NetworkPlan, scalesAt } from "../../network/plan/index.js";
import { tf } from "../../tensor/backend.js";
import type { LengthWindow } from "../../tensor/components/index.js";
import { weightedSum } from "../../tensor/sampling/weighted-sum.js";
import { type Activations, disposeActivations, inputActivations, rescaled } from "../forward/activations.js";
import { runBlock } from "../forward/block-pass.js";
import { sharesOf } from "../forward/component-stack.js";
import type { TrialBlock } from "../forward/freeze-block.js";
import type { TrialOptions } from "../forward/trial.js";
import { Turns } from "../forward/turns.js";
import { normalTensor } from "../layers/normal-tensor.js";
import { trialStream } from "../layers/trial-stream.js";
import type { TrialJob } from "../network/trial-plan.js";
import { lengthWindows, type WindowOptions } from "../network/window.js";
import { backThroughBlock } from "./backward-block.js";

/** What a gradient showed on its way back through one random network. */
export interface BackwardRecord {
  readonly trial: number;
  /** The blocks that the norms are about, ascending, from 1 to the depth. */
  readonly blocks: Int32Array;
  /** ‖∂L/∂x_l‖² at the input of each of them over that at the output, over the batch; Infinity beyond float64. */
  readonly squaredNorm: Float64Array;
  /**
   * <g^(k), g>/<g, g> at the input of block `block`, k = 0, 1, … branches come back through, the last entry holding all
   * longer paths; one entry for each block asked for, ascending.
   */
  readonly shares: readonly { readonly block: number; readonly share: Float64Array }[];
}

/** Activations and gradients are divided by powers of two when their root mean square leaves 2^±this. */
const RESCALE_BEYOND = 16;

/**
 * Draws the network of a trial, sends its batch forward and a gradient of independent N(0, 1) entries at the output back,
 * through the full derivative of every block, split by the number of branches come back through.
 *
 * Memory grows with √d alone: the activations are kept every ⌈√d⌉ blocks, those of a stretch between are worked out again
 * when the gradient comes to it, and weights are drawn again from their streams whenever they are needed.
 *
 * The network must be one whose gradient is predicted (`predictBackward`): linear or ReLU, dense, without masks.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runBackward(
  job: TrialJob,
  { signal }: Pick<TrialOptions, "signal"> = {},
): Promise<BackwardRecord> {
  const { depth } = job.network.plan;
  const stretch = Math.ceil(Math.sqrt(depth));
  const walk = new Walk({ ...job, sampler: "direct" }, signal);
  const recorder = new Recorder(job);
  const checkpoints: Activations[] = [];
  let gradient: Activations | undefined;
  try {
    checkpoints.push(inputActivations(walk.job));
    for (let first = 1; first + stretch <= depth; first += stretch) {
      const between = await walk.forward(checkpoints[checkpoints.length - 1], {
        first,
        last: first + stretch - 1,
      });
      checkpoints.push(between[between.length - 1]);
      between.slice(0, -1).forEach(disposeActivations);
    }
    gradient = outputGradient(job);
    recorder.start(gradient);
    for (let first = 1 + (checkpoints.length - 1) * stretch; first >= 1; first -= stretch) {
      const start = checkpoints.pop() as Activations;
      const last = Math.min(depth, first + stretch - 1);
      const inputs = [start, ...(await walk.forward(start, { first, last: last - 1 }))];
      try {
        for (let block = last; block >= first; block--) {
          await walk.back(gradient, inputs[block - first], block);
          recorder.record(gradient, block);
        }
      } finally {
        inputs.forEach(disposeActivations);
      }
    }
  } finally {
    checkpoints.forEach(disposeActivations);
    if (gradient) disposeActivations(gradient);
  }
  return recorder.done();
}

/** The windows of a backward trial that hold the predicted path lengths of the gradient. */
export function backwardWindows(
  { skipGain, branchGain }: Pick<BackwardPrediction, "skipGain" | "branchGain">,
  options: Omit<WindowOptions, "profile"> = {},
): LengthWindow[] {
  const profile = {
    origin: "predicted" as const,
    skip: Array.from(skipGain).reverse(),
    branch: Array.from(branchGain).reverse(),
  };
  return lengthWindows({ ...options, profile });
}

/** Goes through the blocks of one trial's network, in both directions. */
class Walk {
  readonly #turns: Turns;

  constructor(
    readonly job: TrialJob,
    signal: AbortSignal | undefined,
  ) {
    this.#turns = new Turns(signal);
  }

  /** The activations after each of some blocks in a row, new ones. */
  async forward(
    from: Activations,
    { first, last }: { readonly first: number; readonly last: number },
  ): Promise<Activations[]> {
    const after: Activations[] = [];
    for (let block = first; block <= last; block++) {
      await this.#turns.next();
      const x = copyOf(after[after.length - 1] ?? from);
      runBlock(x, this.#pass(x, block));
      after.push(x);
    }
    return after;
  }

  /** Replaces the gradient at the output of a block by that at its input. */
  async back(gradient: Activations, input: Activations, block: number): Promise<void> {
    await this.#turns.next();
    const { windows, network } = this.job;
    const window = windows?.[network.plan.depth - block];
    const x = copyOf(input);
    try {
      backThroughBlock(gradient, x, { ...this.#pass(x, block), window });
    } finally {
      disposeActivations(x);
    }
  }

  /** Rescales `x`, as the forward trial does. */
  #pass(x: Activations, block: number): TrialBlock {
    const { job } = this;
    const { plan } = job.network;
    const at = blockAt(plan, block);
    return { job, at, scales: scalesAt(plan, at), input: rescaled(x, RESCALE_BEYOND), isRecorded: false };
  }
}

/** Collects what is recorded on the way back. */
class Recorder {
  readonly #blocks: ReadonlySet<number>;
  readonly #shareBlocks: ReadonlySet<number>;
  readonly #norms: { readonly block: number; readonly norm: number }[] = [];
  readonly #shares: BackwardRecord["shares"][number][] = [];
  #whole = 1;

  constructor(readonly job: TrialJob) {
    const { network, recordedBlocks, shareBlocks, windows } = job;
    const all = Array.from({ length: network.plan.depth }, (_, index) => index + 1);
    this.#blocks = new Set(recordedBlocks ?? all);
    this.#shareBlocks = new Set(windows ? (shareBlocks ?? [1]) : []);
  }

  start(gradient: Activations): void {
    this.#whole = squaredNorm(rescaled(gradient, RESCALE_BEYOND).secondMoment, gradient);
  }

  record(gradient: Activations, block: number): void {
    const { secondMoment } = rescaled(gradient, RESCALE_BEYOND);
    if (this.#blocks.has(block)) {
      this.#norms.unshift({ block, norm: squaredNorm(secondMoment, gradient) / this.#whole });
    }
    if (this.#shareBlocks.has(block) && gradient.stack) {
      this.#shares.unshift({ block, share: sharesOf(gradient.stack, gradient.total, false) });
    }
  }

  done(): BackwardRecord {
    return {
      trial: this.job.trial,
      blocks: Int32Array.from(this.#norms, ({ block }) => block),
      squaredNorm: Float64Array.from(this.#norms, ({ norm }) => norm),
      shares: this.#shares,
    };
  }
}

function squaredNorm(secondMoment: number, { total, exponent }: Activations): number {
  // Two factors, because 2^(2·exponent) alone may be beyond float64 where the product is not.
  return total.size * secondMoment * 2 ** exponent * 2 ** exponent;
}

function outputGradient(job: TrialJob): Activations {
  const { plan, batch } = job.network;
  const { outputs } = lastLayer(plan);
  const total = normalTensor([batch, outputs], trialStream(job, "gradient"), 1);
  const stack = job.windows && {
    window: { low: 0, high: 0 },
    components: [weightedSum(total, 1, total, 0)],
  };
  return { total, stack, exponent: 0 };
}

function lastLayer({ runs }: NetworkPlan): LayerPlan {
  const { layers } = runs[runs.length - 1].block;
  return layers[layers.length - 1];
}

/** Shares the numbers; each of the two is disposed of on its own. */
function copyOf({ total, exponent }: Activations): Activations {
  return { total: tf.clone(total), stack: undefined, exponent };
}
