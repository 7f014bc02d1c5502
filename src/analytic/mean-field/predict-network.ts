import { requireInteger } from "../../network/domain.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import type { VarianceProfile } from "../../network/variance-profile.js";
import type { ImageBatch } from "../convolution.js";
import { denseField } from "./dense-field.js";
import type { CountedMoment, Field, FieldState, PathParts } from "./field.js";
import { mapField } from "./map-field.js";
import { networkBlocks, stemOf } from "./network-blocks.js";
import { lawOfBlocks } from "./network-law.js";
import { networkPasses } from "./network-pass.js";
import { lawOfShares, type NetworkLaw } from "./shares-law.js";
import { SiteShares } from "./site-shares.js";

/** The moments of one path by block, i = 1…d, as the sampler measures them, times 2^`exponent[i-1]`. */
export interface NetworkMoments {
  /** The biased variance over the batch (and the sites of a map), the mean over features. */
  readonly variance: readonly number[];
  /** The squared mean over the batch (and the sites). */
  readonly meanSquared: readonly number[];
  readonly secondMoment: readonly number[];
  /** The variance over features: the second moment, at infinite width, where the mean over features is 0. */
  readonly channelVariance: readonly number[];
}

/** What an infinitely wide network predicts for a batch. */
export interface NetworkPrediction {
  /** After its scale. */
  readonly skip: NetworkMoments;
  /** After its scale; where branches are dropped, the expectation over the masks. */
  readonly branch: NetworkMoments;
  /** What the block is given: BatchNorm's moving mean (squared) and moving variance. */
  readonly input: NetworkMoments;
  readonly exponent: readonly number[];
  /** The moment that the paths add up in. */
  readonly counted: CountedMoment;
  /** Both paths in that moment, split as the path lengths count them. */
  readonly profile: VarianceProfile;
  /** The law of the path lengths after block `block` (1…d). */
  lawAfter(block: number): NetworkLaw;
}

export interface PredictNetworkOptions {
  /** The images that go through a convolutional network; pixels of unit variance without correlation if absent. */
  readonly images?: ImageBatch;
}

/**
 * The moments and the path-length law of a sampled network at infinite width and at its batch size B, block by block,
 * for exchangeable inputs: independent, of unit second moment and many dimensions (dense-field.ts, map-field.ts).
 *
 * **The law.** Frozen at one batch, a normaliser is an affine map and an activation a gate g(z) = φ(z)/z, so that
 * h = Σ_k h^(k). At infinite width the components of a feature are jointly Gaussian with it, so that
 * E[h^(k) | h] = share_k · h; hence E[g(h) h^(k) · g(h') h'] = share_k E[φ(h) φ(h')] whatever the gate, a branch has
 * the shares of its input, shifted by one, and K is Poisson-binomial in q_i = b_i/(s_i + b_i). Two moments have such
 * shares:
 *
 * - second moments: the regression of h^(k) on h at one input. They pass through gates and through normalisers that
 *   divide by the same number for all inputs (none, layer, group, expected).
 * - batch variances: the regression over a batch less its mean. They pass through BatchNorm, which takes the mean out
 *   and whose gates then meet centred inputs.
 *
 * The law is exact in the limit for a dense network with one normaliser throughout, every activation and number of
 * layers, transition blocks included. Behind BatchNorm on the merged sum h is uniform on a sphere instead, and the
 * regression is the same by symmetry; q_i is then E Cov(b, s + b)/Var(s + b), as the profile has it. It is
 * approximate
 *
 * - for maps, where shares differ between sites and K is not Poisson-binomial in averages over them: they are
 *   followed by site (site-shares.ts), for large B · size² behind BatchNorm, and without that where branches are dropped;
 * - where inputs differ in norm: of D input dimensions the squared norms vary by √(2/D), which LayerNorm, tanh, GELU and
 *   the batch mean of ReLU notice (docs/statistics.md has the sizes); linear branches do not.
 *
 * **Masks.** Where branches are dropped at random, moments are expectations over the masks, exact where the branch is
 * linear in its input's moments. The law counts each mask by its probability: a mixture where a normaliser starts the
 * branch, which is exact; else Poisson-binomial in p_i q_i, exact for linear and ReLU branches.
 *
 * @throws InvalidArgumentError for a scale that is not a finite number at some block, or masks of which the mixture has
 * no closed form.
 * @example
 * ```ts
 * const network = networkOf(resolveScheme("batchnorm"), { activation: "relu", depth: 100, batch: 64 });
 * const { branch, lawAfter } = predictNetwork(network);
 * branch.variance[99]; // 0.67881…, 1 − 1/π for a large batch
 * lawAfter(100).mean; // 3.94607…
 * ```
 */
export function predictNetwork(
  network: SampledNetwork,
  options: PredictNetworkOptions = {},
): NetworkPrediction {
  const counted: CountedMoment = network.normalizer === "batch" ? "variance" : "secondMoment";
  const { shape, batch } = network;
  const field =
    shape.kind === "dense"
      ? denseField(batch)
      : mapField({ batch, size: shape.size, stem: stemOf(network), images: options.images });
  const blocks = networkBlocks(network);
  const [skip, branch, input] = [emptyMoments(), emptyMoments(), emptyMoments()];
  const exponent: number[] = [];
  const parts: PathParts[] = [];
  const count = options.images?.count ?? 1;
  const hasSites = shape.kind === "convolutional" && !network.scheme.survival;
  const sites = hasSites ? new SiteShares({ field, counted, count }) : undefined;
  for (const pass of networkPasses(network, { field, blocks })) {
    sites?.pass(pass);
    exponent.push(pass.input.power);
    push(input, field, pass.input);
    push(skip, field, pass.skip);
    push(branch, field, pass.branch);
    parts.push(field.parts(pass.skip, pass.branch, counted));
  }
  const profile: VarianceProfile = {
    origin: "predicted",
    skip: parts.map((part) => part.skip),
    branch: parts.map((part) => part.branch),
    exponent,
  };
  return {
    skip,
    branch,
    input,
    exponent,
    counted,
    profile,
    lawAfter: (block) =>
      sites
        ? lawOfShares(sites.after(requireInteger("block", block, 1, network.depth)), block)
        : lawOfBlocks({ network, blocks, profile, until: block }),
  };
}

function emptyMoments() {
  const series = (): number[] => [];
  return { variance: series(), meanSquared: series(), secondMoment: series(), channelVariance: series() };
}

function push(path: ReturnType<typeof emptyMoments>, field: Field, x: FieldState): void {
  const { secondMoment, meanSquared, variance } = field.moments(x);
  path.secondMoment.push(secondMoment);
  path.meanSquared.push(meanSquared);
  path.variance.push(variance);
  path.channelVariance.push(secondMoment);
}
