import { requireInteger } from "../../network/domain.js";
import { isDense, type NetworkPlan, type PlannedBatch, requireKnown } from "../../network/plan/index.js";
import type { ImageBatch } from "./image-batch.js";
import { lawOfBlocks } from "./network-law.js";
import { type BlockPredictions, predictBlocks } from "./predict-blocks.js";
import { lawOfShares, type NetworkLaw } from "./shares-law.js";
import { SiteShares } from "./site-shares.js";
import { denseBehindStem, mapsBehindStem } from "./stem-field.js";

/** What an infinitely wide network predicts for a batch. */
export interface NetworkPrediction extends BlockPredictions {
  /** The law of the path lengths after block `block` (1…d). */
  lawAfter(block: number): NetworkLaw;
}

export interface PredictNetworkOptions {
  /** The images that go through a convolutional network; pixels of unit variance without correlation if absent. */
  readonly images?: ImageBatch;
}

/**
 * The moments and the path-length law of a plan's random networks at infinite width and at a batch size B, block by block,
 * for exchangeable inputs: independent, of unit second moment and many dimensions (dense-field.ts, map-field.ts). B may be
 * Infinity, as a batch that is so large that its size does not matter.
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
 *   the batch mean of ReLU notice (docs/statistics.md has the sizes); linear branches do not;
 * - where BatchNorm stands last in a branch, which is on a sphere then and taken for Gaussian: by a term of order 1/B.
 *
 * **Masks.** Where branches are dropped at random, moments are expectations over the masks, exact where the branch is
 * linear in its input's moments. The law counts each mask by its probability: a mixture where a normaliser starts the
 * branch, which is exact; else Poisson-binomial in p_i q_i, exact for linear and ReLU branches.
 *
 * @throws InvalidArgumentError for a plan that is not computed yet (requireKnown), a scale that is not a finite number at some block, or masks of which the mixture has
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
  network: PlannedBatch,
  options: PredictNetworkOptions = {},
): NetworkPrediction {
  const { plan } = network;
  requireKnown(plan, { noSkip: true });
  if (isDense(plan)) return withLaw(plan, predictBlocks(plan, { field: denseBehindStem(network) }));
  const { images } = options;
  const field = mapsBehindStem(network, images);
  if (plan.scales.survival !== undefined) return withLaw(plan, predictBlocks(plan, { field }));
  const shares = new SiteShares({ field, counted: plan.counted, count: images?.count ?? 1 });
  return {
    ...predictBlocks(plan, { field, visit: (pass) => shares.pass(pass) }),
    lawAfter: (block) => lawOfShares(shares.after(requireInteger("block", block, 1, plan.depth)), block),
  };
}

function withLaw(plan: NetworkPlan, predictions: BlockPredictions): NetworkPrediction {
  const { profile } = predictions;
  return { ...predictions, lawAfter: (until) => lawOfBlocks({ plan, profile, until }) };
}
