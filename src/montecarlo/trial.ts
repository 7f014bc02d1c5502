import { setImmediate as nextTurn } from "node:timers/promises";
import { fillNormal } from "../random/normal.js";
import { openStream } from "../random/stream.js";
import { type BatchStatistics, batchStatistics } from "./batch-statistics.js";
import {
  type ComponentStack,
  type FrozenBranch,
  merge,
  sharesOf,
  throughBranch,
  totalOf,
} from "./component-stack.js";
import { matrixProduct } from "./matrix-product.js";
import type { ResolvedSampleOptions } from "./options.js";
import type { LengthWindow } from "./window.js";

/** One random network: statistics by block (i = 1…d), exponents applied, and its path shares. */
export interface Trial {
  readonly skip: Float64Array;
  readonly branch: Float64Array;
  readonly skipSecondMoment: Float64Array;
  readonly branchSecondMoment: Float64Array;
  readonly movingMeanSquared: Float64Array;
  readonly movingVariance: Float64Array;
  /** share_k, k = 0…high of the last window. */
  readonly shares: Float64Array;
}

export interface TrialOptions extends ResolvedSampleOptions {
  /** Which of the trials: 0, 1, … Its weights and inputs depend on (seed, width, trial) and nothing else. */
  readonly trial: number;
  /** The path lengths kept apart after each block. */
  readonly windows: readonly LengthWindow[];
  /**
   * The activations are rescaled by a power of two when their root mean square leaves 2^±this: exact, and without it an
   * unnormalised network of 256 blocks overflows float32. 16 if absent.
   */
  readonly rescaleBeyond?: number;
  readonly signal?: AbortSignal;
}

/** Milliseconds of work between two looks at the event loop (timers, Ctrl-C, an abort). */
const TURN = 50;

/**
 * Draws one network at initialisation and sends one batch through it, split by path length: an input layer of LeCun
 * normal weights, then x ← skipScale · x + branchScale · W f(x) with f = [BatchNorm], [ReLU] and W of variance 1/width
 * (linear, LeCun) or 2/width (ReLU, He). BatchNorm has no epsilon; a feature without variance becomes 0.
 */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { scheme, activation, depth, width, batch, seed, trial, windows, rescaleBeyond = 16 } = options;
  const isNormalized = scheme.branchInput === "normalized";
  const result = emptyTrial(depth);
  let stack = inputStack(options);
  // The stack holds the activations divided by 2^exponent.
  let exponent = 0;
  let turn = performance.now();
  const weights = new Float32Array(width * width);
  const deviation = Math.sqrt((activation === "relu" ? 2 : 1) / width);

  for (let block = 1; block <= depth; block++) {
    options.signal?.throwIfAborted();
    const total = totalOf(stack);
    const input = batchStatistics(total, batch, width);
    fillNormal(weights, openStream({ seed, purpose: "weights", index: [width, trial, block] }), deviation);
    const frozen = freeze(total, input, { isNormalized, activation });
    const branch = matrixProduct(throughBranch(stack, frozen), weights, width);
    const output = batchStatistics(totalOf({ ...stack, data: branch }), batch, width);

    const skipScale = scheme.skipScale(block, depth);
    // A normaliser removes the scale that the stack was divided by; put it into the branch's factor instead.
    const branchScale = scheme.branchScale(block, depth) * (isNormalized ? 2 ** -exponent : 1);
    record(result, block - 1, { input, output, skipScale, branchScale, exponent });

    const size = skipScale ** 2 * input.secondMoment + branchScale ** 2 * output.secondMoment;
    const shift = size > 0 && Number.isFinite(size) ? Math.round(Math.log2(size) / 2) : 0;
    const factor = Math.abs(shift) > rescaleBeyond ? 2 ** -shift : 1;
    if (factor !== 1) exponent += shift;
    stack = merge(stack, branch, {
      skipScale: skipScale * factor,
      branchScale: branchScale * factor,
      window: windows[block - 1],
    });
    if (performance.now() - turn > TURN) {
      await nextTurn();
      turn = performance.now();
    }
  }
  return { ...result, shares: sharesOf(stack, isNormalized) };
}

function inputStack(options: TrialOptions): ComponentStack {
  const { seed, width, trial, batch, inputDimension } = options;
  const inputs = new Float32Array(batch * inputDimension);
  const weights = new Float32Array(inputDimension * width);
  fillNormal(inputs, openStream({ seed, purpose: "input", index: [width, trial] }), 1);
  const weightStream = openStream({ seed, purpose: "weights", index: [width, trial, 0] });
  fillNormal(weights, weightStream, 1 / Math.sqrt(inputDimension));
  const data = matrixProduct(inputs, weights, inputDimension);
  return { window: { low: 0, high: 0 }, batch, width, data };
}

function freeze(
  total: Float64Array,
  input: BatchStatistics,
  options: { readonly isNormalized: boolean; readonly activation: string },
): FrozenBranch {
  const { isNormalized, activation } = options;
  const factors = input.variances.map((variance) => {
    if (!isNormalized) return 1;
    return variance > 0 ? 1 / Math.sqrt(variance) : 0;
  });
  let gates: Uint8Array | null = null;
  if (activation === "relu") {
    const { means } = input;
    const width = means.length;
    gates = Uint8Array.from(total, (x, j) => (x > (isNormalized ? means[j % width] : 0) ? 1 : 0));
  }
  return { isCentred: isNormalized, factors, gates };
}

function record(
  trial: Omit<Trial, "shares">,
  index: number,
  block: {
    readonly input: BatchStatistics;
    readonly output: BatchStatistics;
    readonly skipScale: number;
    readonly branchScale: number;
    readonly exponent: number;
  },
): void {
  const { input, output, exponent } = block;
  // Two factors, because 2^(2·exponent) alone may be beyond float64 where the product is not.
  const scaled = (value: number) => value * 2 ** exponent * 2 ** exponent;
  const [skip2, branch2] = [block.skipScale ** 2, block.branchScale ** 2];
  trial.skip[index] = scaled(skip2 * input.variance);
  trial.branch[index] = scaled(branch2 * output.variance);
  trial.skipSecondMoment[index] = scaled(skip2 * input.secondMoment);
  trial.branchSecondMoment[index] = scaled(branch2 * output.secondMoment);
  trial.movingMeanSquared[index] = scaled(input.meanSquared);
  trial.movingVariance[index] = scaled(input.variance);
}

function emptyTrial(depth: number): Omit<Trial, "shares"> {
  const series = () => new Float64Array(depth);
  return {
    skip: series(),
    branch: series(),
    skipSecondMoment: series(),
    branchSecondMoment: series(),
    movingMeanSquared: series(),
    movingVariance: series(),
  };
}
