import { correlationAfter } from "../analytic/moments.js";
import type { VarianceProfile } from "../network/variance-profile.js";
import type { ResolvedSampleOptions } from "./options.js";

/** Batch variance, squared batch mean and second moment of one path, by block, times 2^exponent. */
export interface BatchMoments {
  readonly variance: number[];
  readonly meanSquared: number[];
  readonly secondMoment: number[];
}

/** What an infinitely wide network predicts for a batch of B inputs. */
export interface BatchPrediction {
  readonly skip: BatchMoments;
  readonly branch: BatchMoments;
  /** The block's input: BatchNorm's moving mean (squared) and moving variance. */
  readonly input: BatchMoments;
  readonly exponent: number[];
  /** In the moment that the path lengths are counted in: batch variance for a normalised scheme, else second moment. */
  readonly profile: VarianceProfile;
}

/**
 * The moments of `predictMoments` (src/analytic) at infinite width but at the batch size B of a sample, with the biased
 * batch variance that BatchNorm divides by.
 *
 * B independent inputs of second moment m and covariance c have the expected squared batch mean c + (m − c)/B and the
 * batch variance (m − c)(1 − 1/B). After BatchNorm the batch mean is exactly 0 and the variance exactly 1, so that a
 * linear branch adds a variance of exactly 1 at every B; and two inputs then have correlation ρ = −1/(B−1), from which
 * a ReLU branch takes the squared batch mean ½(1/B + (1 − 1/B)(2/π)(√(1−ρ²) + ρ asin ρ)) ≈ 1/π + (½ − 1/π)/B.
 */
export function predictBatch(
  options: Pick<ResolvedSampleOptions, "scheme" | "activation" | "depth" | "batch">,
): BatchPrediction {
  const { scheme, activation, depth, batch } = options;
  const isNormalized = scheme.branchInput === "normalized";
  const normalizedMeanSquared = activation === "relu" ? reluBatchMeanSquared(batch) : 0;
  const [skip, branch, input] = [emptyMoments(), emptyMoments(), emptyMoments()];
  const exponent: number[] = [];
  // Second moment m and squared batch mean c of the block's input, both times 2^power.
  let m = 1;
  let c = 1 / batch;
  let power = 0;
  for (let i = 1; i <= depth; i++) {
    const [skip2, branch2] = [scheme.skipScale(i, depth) ** 2, scheme.branchScale(i, depth) ** 2];
    const unit = 2 ** -power;
    // A raw branch sees pairs of inputs of covariance c' with c = c' + (m − c')/B.
    const shared = batch > 1 ? (c * batch - m) / (batch - 1) : m;
    const pair = m > 0 ? m * correlationAfter(activation, shared / m) : 0;
    const branchMoment = isNormalized ? unit : m;
    const branchMean = isNormalized ? unit * normalizedMeanSquared : pair + (m - pair) / batch;
    push(input, m, c);
    push(skip, skip2 * m, skip2 * c);
    push(branch, branch2 * branchMoment, branch2 * branchMean);
    exponent.push(power);
    m = skip2 * m + branch2 * branchMoment;
    c = skip2 * c + branch2 * branchMean;
    if (m > 2 ** 200 || (m < 2 ** -200 && m > 0)) {
      const shift = Math.round(Math.log2(m));
      m *= 2 ** -shift;
      c *= 2 ** -shift;
      power += shift;
    }
  }
  const counted = isNormalized ? "variance" : "secondMoment";
  const profile = { origin: "predicted" as const, skip: skip[counted], branch: branch[counted], exponent };
  return { skip, branch, input, exponent, profile };
}

/** E of the squared batch mean of √2·ReLU(z), z uniform on the sphere that BatchNorm maps B inputs to. */
function reluBatchMeanSquared(batch: number): number {
  const rho = -1 / (batch - 1);
  const pairs = (2 / Math.PI) * (Math.sqrt(1 - rho * rho) + rho * Math.asin(rho));
  return 0.5 * (1 / batch + (1 - 1 / batch) * pairs);
}

function emptyMoments(): BatchMoments {
  return { variance: [], meanSquared: [], secondMoment: [] };
}

function push(path: BatchMoments, m: number, c: number): void {
  path.secondMoment.push(m);
  path.meanSquared.push(c);
  path.variance.push(m - c);
}
