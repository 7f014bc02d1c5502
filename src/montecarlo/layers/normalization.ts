import { statisticsOf } from "../../network/normalizers.js";
import type { Normalization } from "../../network/plan/index.js";
import { batchStatistics, type MatrixShape } from "./statistics.js";

/**
 * What a normaliser does to one batch, frozen there: z = (x − mean)·factor. A mean and a factor belong to each feature
 * (`feature`), to each input and group of features (`group`), or to the whole tensor, without a mean (`none`).
 */
export interface FrozenNormalizer {
  readonly centring: "none" | "feature" | "group";
  /** By feature; by input and then group; one for the whole tensor. `none` has no means. */
  readonly means: Float64Array;
  readonly factors: Float64Array;
  /** Rows of one input, and its groups of features. */
  readonly partition: Partition;
}

/** The blocks of a matrix in which `layer` and `group` normalise: so many rows by features/groups columns. */
export interface Partition {
  readonly positions: number;
  readonly groups: number;
}

export interface NormalizerOptions extends MatrixShape {
  readonly batch: number;
  readonly normalization: Normalization;
  /** 1 / the predicted standard deviation, for what divides by it; 1 if absent. */
  readonly factor?: number;
  /** The statistics by feature, where they are known already. */
  readonly moments?: { readonly means: Float64Array; readonly variances: Float64Array };
}

/** Freezes a normaliser at `x` [rows, features]. What has no variance becomes 0. */
export function freezeNormalizer(x: Float32Array, options: NormalizerOptions): FrozenNormalizer {
  const { batch, normalization, factor = 1, rows, features } = options;
  const { normalizer, groups = 1 } = normalization;
  const statistics = statisticsOf(normalizer);
  const partition = {
    positions: rows / batch,
    groups: statistics === "groups" ? groups : 1,
  };
  switch (statistics) {
    case "batch": {
      const { means, variances } = options.moments ?? batchStatistics(x, { rows, features });
      return { centring: "feature", means, factors: variances.map(inverseDeviation), partition };
    }
    case "input":
    case "groups": {
      const { means, variances } = partMoments(x, { rows, features, partition });
      return { centring: "group", means, factors: variances.map(inverseDeviation), partition };
    }
    case "predicted":
    case "none":
      return {
        centring: "none",
        means: new Float64Array(0),
        factors: Float64Array.of(factor),
        partition,
      };
  }
}

function inverseDeviation(variance: number): number {
  return variance > 0 ? 1 / Math.sqrt(variance) : 0;
}

export interface PartitionedShape extends MatrixShape {
  readonly partition: Partition;
}

/** The mean and the biased variance of each part, by input and then group. */
function partMoments(x: Float32Array, shape: PartitionedShape) {
  const means = partMeans(x, shape);
  const variances = new Float64Array(means.length);
  forEachRun(shape, (part, start, end) => {
    for (let at = start; at < end; at++) variances[part] += (x[at] - means[part]) ** 2;
  });
  const size = partSize(shape);
  return { means, variances: variances.map((sum) => sum / size) };
}

export function partMeans(x: Float32Array, shape: PartitionedShape): Float64Array {
  const means = new Float64Array((shape.rows / shape.partition.positions) * shape.partition.groups);
  forEachRun(shape, (part, start, end) => {
    for (let at = start; at < end; at++) means[part] += x[at];
  });
  const size = partSize(shape);
  return means.map((sum) => sum / size);
}

function partSize({ features, partition }: PartitionedShape): number {
  return (partition.positions * features) / partition.groups;
}

/** Calls back for each run of consecutive numbers of one part: x[start] … x[end − 1]. */
export function forEachRun(
  { rows, features, partition }: PartitionedShape,
  callback: (part: number, start: number, end: number) => void,
): void {
  const run = features / partition.groups;
  for (let row = 0, start = 0; row < rows; row++) {
    const first = Math.floor(row / partition.positions) * partition.groups;
    for (let group = 0; group < partition.groups; group++, start += run) {
      callback(first + group, start, start + run);
    }
  }
}
