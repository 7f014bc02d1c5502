import { InvalidArgumentError } from "../../network/errors.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import type { GradientProfile } from "../gradients.js";
import type { PathLengthDistribution } from "../laws/index.js";
import { correlationAfter } from "../moments.js";
import { type DenseState, denseField } from "./dense-field.js";
import { squareOf } from "./gaussian-kernel.js";
import { type BlockGains, type Energy, gradientLaw, type PathGains, through } from "./gradient-law.js";
import { type NetworkBlock, networkBlocks } from "./network-blocks.js";
import { type BlockPass, networkPasses } from "./network-pass.js";

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
export function predictBackward(network: SampledNetwork): BackwardPrediction {
  requireBackward(network);
  const blocks = networkBlocks(network);
  const { depth, batch } = network;
  const passes = networkPasses(network, { field: denseField(batch), blocks });
  const gains = Array.from(passes, (pass, index) => gainsOf(network, blocks[index], pass));
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
export function requireBackward(network: SampledNetwork): void {
  const { activation, shape, scheme, normalizer, position, batch } = network;
  if (activation !== "linear" && activation !== "relu") {
    throw new InvalidArgumentError("activation", activation, "linear or relu for gradients");
  }
  if (shape.kind !== "dense")
    throw new InvalidArgumentError("shape", shape.kind, "dense for gradients (without `convolutional`)");
  if (scheme.survival) {
    throw new InvalidArgumentError("scheme", scheme.name, "one that keeps every branch for gradients");
  }
  if (normalizer !== "batch") return;
  if (position === "post")
    throw new InvalidArgumentError("position", position, "pre for gradients through BatchNorm");
  if (batch < LEAST_BATCH) {
    const allowed = `at least ${LEAST_BATCH} for gradients through BatchNorm, whose expected square is infinite below`;
    throw new InvalidArgumentError("batch", batch, allowed);
  }
}

/** What both paths of a block pass back. */
function gainsOf(network: SampledNetwork, block: NetworkBlock, pass: BlockPass<DenseState>): BlockGains {
  const merged = network.position === "post" ? normalizerGain(network, pass.merged) : 1;
  const layers = pass.layerInputs.map((input, index) => layerGains(network, input, index === 0));
  const branch = layers.reduceRight((after, layer) => chained(after, layer), SAME);
  return {
    skip: scaledGains(block.isTransition ? layers[0] : SAME, merged * block.skip2),
    branch: scaledGains(branch, merged * block.branch2),
  };
}

const SAME: PathGains = { mean: 1, centred: 1, centring: 0 };

/** Back through weights, activation and, in pre-position, normaliser. */
function layerGains(network: SampledNetwork, input: DenseState, isFirst: boolean): PathGains {
  const { activation, gain, normalizer, position, batch } = network;
  if (position === "pre" && normalizer === "batch") {
    const v = (input.second - input.shared) * 2 ** input.power;
    return scaledGains(batchNormGains(activation === "relu", batch), gain / v);
  }
  const divides = position === "pre" && (normalizer !== "expected" || isFirst);
  const open = squareOf(activation === "relu" ? "relu" : "linear");
  return scaledGains(SAME, gain * open * (divides ? normalizerGain(network, input) : 1));
}

/** 1/(second moment), for normalisers whose statistics do not fluctuate. */
function normalizerGain({ normalizer }: SampledNetwork, x: DenseState): number {
  return normalizer === "none" ? 1 : 2 ** -x.power / x.second;
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
