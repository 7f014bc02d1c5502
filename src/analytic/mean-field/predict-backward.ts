import { InvalidArgumentError } from "../../network/errors.js";
import { statisticsOf } from "../../network/normalizers.js";
import {
  type BlockPlan,
  distinctLayers,
  isDense,
  layersOf,
  type PlannedBatch,
  requireKnown,
} from "../../network/plan/index.js";
import type { PathLengthDistribution } from "../laws/index.js";
import type { GradientProfile } from "../moments/gradients.js";
import { correlationAfter } from "../moments/moments.js";
import type { DenseState } from "./dense-field.js";
import type { FieldLayer, FieldNormalization } from "./field.js";
import { squareOf } from "./gaussian-kernel.js";
import { type BlockGains, type Energy, gradientLaw, type PathGains, through } from "./gradient-law.js";
import { ENSEMBLE, type FieldPass, networkPasses } from "./network-pass.js";
import { denseBehindStem } from "./stem-field.js";

/** What an infinitely wide network does to a gradient of independent N(0, 1) entries at its output. */
export interface BackwardPrediction extends GradientProfile {
  /** The law of the number of branches among blocks block…d that the gradient at the input of `block` came back through. */
  lawFrom(block: number): PathLengthDistribution;
}

/** The smallest batch of which E 1/σ² of BatchNorm is finite. */
const LEAST_BATCH = 4;

/**
 * E‖∂L/∂x_l‖² relative to that at the output, block by block, for linear and ReLU branches at infinite width and the
 * network's batch size B, and the path lengths of the gradient.
 *
 * Weights are fresh to the gradient, so that skip path and branch add up in squares. A weight layer multiplies by the
 * gain, a ReLU by ½, a normaliser by 1/(second moment) where its statistics do not fluctuate (layer, group, expected).
 *
 * BatchNorm's derivative is Π/σ: it removes the mean and the direction of the normalised feature z. With n = B − 1 and v
 * the variance of an input of it less the covariance of two, σ² is v χ²_n/B, and independent of z, so that
 * E 1/σ² = B/(v (B − 3)). A gradient has the covariance γ_c in every direction of a batch but γ_1 in that of its mean;
 * with the gates D of ReLU (1 for linear branches) the branch returns, all of it centred,
 *
 *     gain · B/(v (B − 3)) · (γ_c E tr(DΠD) + (γ_1 − γ_c) E 1ᵀDΠD1/B),
 *
 *     linear:  E tr = B − 2,       E 1ᵀDΠD1/B = 0,
 *     ReLU:    E tr = (B − 2)/2,   E 1ᵀDΠD1/B = ½ − (½ + (B − 1)(¼ + asin ρ/2π))/B − ½ (1/B + (1 − 1/B) R(ρ)),
 *
 * where ρ = −1/(B − 1) and R is the arc-cosine kernel: for large B ½/v of the gradient and c/Var of it in the notation of
 * {@link predictGradients}. In the limit B = Infinity a gradient has no batch mean left, and what BatchNorm takes out of it
 * nothing of its squared norm: the gain is gain/v (linear) or gain/(2v) (ReLU), and K is Poisson-binomial.
 *
 * K is counted in <g^(k), g>, whose expectations add up block by block (gradient-law.ts): Poisson-binomial in
 * branchGain/(skipGain + branchGain), but for the batch mean of the gradient, 1/B of it at the output, which does not pass
 * through BatchNorm.
 *
 * @throws InvalidArgumentError for other activations, maps, masks, BatchNorm after the merge, or fewer than 4 inputs with
 * BatchNorm, where the expectation is infinite.
 * @example
 * ```ts
 * const { logSquaredNorm, lawFrom } = predictBackward(networkOf(resolveScheme("batchnorm"), { depth: 99, batch: 64 }));
 * Math.exp(logSquaredNorm[0]); // 107.112…, and 100 for a large batch
 * lawFrom(1).mean; // 4.25490…
 * ```
 */
export function predictBackward(network: PlannedBatch): BackwardPrediction {
  requireBackward(network);
  const { plan, batch } = network;
  const { depth } = plan;
  const passes = networkPasses(plan, { field: denseBehindStem(network), reading: ENSEMBLE });
  const gains = Array.from(passes, (pass) => gainsOf(pass, batch));
  const skipGain = new Float64Array(depth);
  const branchGain = new Float64Array(depth);
  const logSquaredNorm = new Float64Array(depth);
  const output: Energy = { mean: 1 / batch, centred: 1 - 1 / batch };
  let energy = output;
  let log = 0;
  for (let index = depth - 1; index >= 0; index--) {
    const [skip, branch] = [through(gains[index].skip, energy), through(gains[index].branch, energy)];
    skipGain[index] = skip.mean + skip.centred;
    branchGain[index] = branch.mean + branch.centred;
    const whole = skipGain[index] + branchGain[index];
    log += Math.log(whole);
    logSquaredNorm[index] = log;
    energy = { mean: (skip.mean + branch.mean) / whole, centred: (skip.centred + branch.centred) / whole };
  }
  const lawFrom = (block: number) => {
    if (!(Number.isSafeInteger(block) && block >= 1 && block <= depth)) {
      throw new InvalidArgumentError("block", block, `a whole number from 1 to ${depth}`);
    }
    return gradientLaw(gains.slice(block - 1), output);
  };
  return { logSquaredNorm, skipGain, branchGain, lawFrom };
}

/** @throws InvalidArgumentError for a network whose gradient is not predicted. */
export function requireBackward({ plan, batch }: PlannedBatch): void {
  requireKnown(plan, { noSkip: true });
  const other = distinctLayers(plan).find(
    ({ activation }) => activation !== "linear" && activation !== "relu",
  );
  if (other) throw new InvalidArgumentError("activation", other.activation, "linear or relu for gradients");
  if (!isDense(plan)) {
    throw new InvalidArgumentError("shape", "convolutional", "dense for gradients (without `convolutional`)");
  }
  if (plan.scales.survival !== undefined) {
    throw new InvalidArgumentError("scheme", plan.scheme, "one that keeps every branch for gradients");
  }
  const behindBatch = plan.runs.map(({ block }) => positionOfBatchNorm(block));
  if (behindBatch.every((position) => position === undefined)) return;
  const elsewhere = behindBatch.find((position) => position !== "pre");
  if (elsewhere) {
    throw new InvalidArgumentError("position", elsewhere, "pre for gradients through BatchNorm");
  }
  if (batch < LEAST_BATCH) {
    const allowed = `at least ${LEAST_BATCH} for gradients through BatchNorm, whose expected square is infinite below`;
    throw new InvalidArgumentError("batch", batch, allowed);
  }
}

/** Where BatchNorm stands in a block: before all of its weights (`pre`), before the first alone, last, or behind the merge (`post`). */
function positionOfBatchNorm(block: BlockPlan): "pre" | "first" | "last" | "post" | undefined {
  const isBatch = ({ normalizer }: FieldNormalization) => statisticsOf(normalizer) === "batch";
  const layers = layersOf(block);
  if (isBatch(block.merge)) return "post";
  if (isBatch(block.ending)) return "last";
  if (layers.every(isBatch)) return "pre";
  return layers.some(isBatch) ? "first" : undefined;
}

/** What both paths of a block pass back. */
function gainsOf(pass: FieldPass<DenseState>, batch: number): BlockGains {
  const { block, scales, input, layerInputs, returned } = pass;
  const { projection, hasSkip } = block;
  const merged = quotientGain(block.merge, pass.merged);
  const layers = layerInputs.map((given, index) => layerGains(block.layers[index], given, batch));
  const branch = layers.reduceRight((after, layer) => chained(after, layer), SAME);
  const skip = projection ? layerGains(projection, input, batch) : SAME;
  return {
    skip: scaledGains(skip, merged * (hasSkip ? scales.skip2 : 0)),
    branch: scaledGains(branch, merged * scales.branch2 * quotientGain(block.ending, returned)),
  };
}

const SAME: PathGains = { mean: 1, centred: 1, centring: 0 };

/** Back through weights, activation and normaliser. */
function layerGains(layer: FieldLayer, input: DenseState, batch: number): PathGains {
  const { activation, gain, normalizer } = layer;
  if (statisticsOf(normalizer) === "batch") {
    const v = (input.second - input.shared) * 2 ** input.power;
    return scaledGains(batchNormGains(activation === "relu", batch), gain / v);
  }
  const open = squareOf(activation === "relu" ? "relu" : "linear");
  return scaledGains(SAME, gain * open * quotientGain(layer, input));
}

/** 1/(second moment), for normalisers whose statistics do not fluctuate. */
function quotientGain({ normalizer }: FieldNormalization, x: DenseState): number {
  return statisticsOf(normalizer) === "none" ? 1 : 2 ** -x.power / x.second;
}

/** Back through gates and BatchNorm, times v: everything comes out centred. */
function batchNormGains(isReLU: boolean, batch: number): PathGains {
  if (batch === Number.POSITIVE_INFINITY) {
    // The limits: B − 1 directions get E D of the energy each, and 1ᵀDΠD1/B → Var D − (E D z)² of a gate D and a normal z.
    return { mean: 0, centred: isReLU ? 0.5 : 1, centring: isReLU ? 0.25 - 1 / (2 * Math.PI) : 0 };
  }
  const rho = -1 / (batch - 1);
  const both = 0.25 + Math.asin(rho) / (2 * Math.PI);
  const along = 0.5 * (1 / batch + (1 - 1 / batch) * correlationAfter("relu", rho));
  const trace = (isReLU ? 0.5 : 1) * (batch - 2);
  const ones = isReLU ? 0.5 - (0.5 + (batch - 1) * both) / batch - along : 0;
  const inverse = batch / (batch - 3);
  return { mean: 0, centred: (inverse * (trace - ones)) / (batch - 1), centring: inverse * ones };
}

/** Through `first` and then through `second`. */
function chained(first: PathGains, second: PathGains): PathGains {
  return {
    mean: first.mean * second.mean,
    centred: first.centred * second.centred,
    centring: first.mean * second.centring + first.centring * second.centred,
  };
}

function scaledGains({ mean, centred, centring }: PathGains, factor: number): PathGains {
  return { mean: factor * mean, centred: factor * centred, centring: factor * centring };
}
