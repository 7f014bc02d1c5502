import type { ProbeDocument, ProbedBlock } from "../../network/documents/probe.js";
import { numbersGiven, numbersReturned } from "../../network/plan/index.js";
import { tf } from "../../tensor/index.js";
import { type BlockLabel, labelOf } from "../network/block-label.js";
import type { Network } from "../network/network.js";
import type { Piece } from "../network/piece.js";
import { type PathMoments, pathMoments } from "./measure-profile.js";
import { carryComponents } from "./probe-components.js";
import { type GradientNormsOptions, gradientNorms } from "./probe-gradients.js";
import { lawOfProfile, lawOfShares, rounded } from "./probe-laws.js";

export type ProbeNetworkOptions = GradientNormsOptions;

/** What is measured of a network at one step. */
export type NetworkProbe = Pick<
  ProbeDocument,
  "loss" | "stemGradientNorm" | "headGradientNorm" | "fromProfile" | "carried" | "blocks"
>;

/**
 * Measures on one batch, with the batch's own statistics, how far through its residual branches a network's signal travels:
 * the variances and squared means of every block's paths, the gradients, and the path-length law two ways (docs/probes.md).
 *
 * Changes nothing in the network. What is not finite is null.
 */
export function probeNetwork(options: ProbeNetworkOptions): NetworkProbe {
  const { network, batch } = options;
  const profile: BlockMoments[] = [];
  let shares: Float64Array = new Float64Array();
  const most = componentsApart(network, batch.shape[0]);
  tf.tidy(() => {
    const images = tf.tensor4d(batch.images, [...batch.shape]);
    network.forward({
      images,
      mode: "measure",
      onBlock: ({ at, skip, branch, scales }) => {
        profile.push({
          label: labelOf(at),
          skip: pathMoments(skip, scales.skip),
          branch: pathMoments(branch, scales.branch),
        });
      },
    });
    shares = carryComponents({ network, images, most });
  });
  const { loss, norms } = gradientNorms(options);
  const variances = profile.map(({ skip, branch }) => ({ skip: skip.variance, branch: branch.variance }));
  return {
    loss: finite(loss),
    stemGradientNorm: finite(norms[0]),
    headGradientNorm: finite(norms[norms.length - 1]),
    fromProfile: lawOfProfile(variances),
    carried: lawOfShares(shares, most),
    blocks: profile.map((moments, index) => blockOf(network, { index, moments, norm: norms[index + 1] })),
  };
}

interface BlockMoments {
  readonly label: BlockLabel;
  readonly skip: PathMoments;
  readonly branch: PathMoments;
}

interface BlockFigures {
  /** From 0. */
  readonly index: number;
  readonly moments: BlockMoments;
  readonly norm: number;
}

function blockOf(
  network: Network,
  { index, moments: { label, skip, branch }, norm }: BlockFigures,
): ProbedBlock {
  const piece = network.pieces[index + 1];
  return {
    ...label,
    skip: finite(skip.variance),
    branch: finite(branch.variance),
    skipMeanSquared: finite(skip.meanSquared),
    branchMeanSquared: finite(branch.meanSquared),
    ...movingOf(piece),
    ...alphaOf(piece),
    gradientNorm: finite(norm),
  };
}

function movingOf({ statistics: [first] }: Piece) {
  if (!first) return {};
  const { mean, variance } = first.moving;
  return {
    movingVariance: finite(meanOf(variance)),
    movingMeanSquared: finite(meanOf(mean.map((value) => value ** 2))),
  };
}

/** The scalar, or the root mean square of the factors by channel. */
function alphaOf({ parameters }: Piece) {
  const alpha = parameters.find(({ kind }) => kind === "alpha");
  if (!alpha) return {};
  const values = alpha.variable.dataSync<"float32">();
  const value = values.length === 1 ? values[0] : Math.sqrt(meanOf(values.map((one) => one ** 2)));
  return { alpha: finite(value) };
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null;
}

/** Components, at most, and the bytes that they may take. */
const MOST_COMPONENTS = 64;
const COMPONENT_BYTES = 2 ** 30;

/** How many path lengths are kept apart: as many as there are, unless they would take too much memory. */
function componentsApart({ plan }: Network, images: number): number {
  const largest = plan.runs.reduce((most, { block: { layers } }) => {
    const [first, last] = [layers[0], layers[layers.length - 1]];
    return Math.max(most, numbersGiven(first), numbersReturned(last));
  }, 0);
  return Math.max(1, Math.min(MOST_COMPONENTS, Math.floor(COMPONENT_BYTES / (4 * images * largest)) - 4));
}
