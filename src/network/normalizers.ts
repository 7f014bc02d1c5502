/** What a normaliser does, from which the closed forms, the sampler and the trainer work out the rest. */
export interface NormalizerDefinition {
  /** As shown in messages. */
  readonly title: string;
  /**
   * What its statistics are taken over, at initialisation (scale 1, shift 0, no epsilon; what has no variance becomes 0).
   *
   * - `batch`: each feature over the batch and the positions of a map.
   * - `input`: each input over its features and positions.
   * - `groups`: the same in groups of consecutive features.
   * - `predicted`: nothing; it divides by the predicted standard deviation.
   * - `none`: nothing; it passes on what it is given.
   */
  readonly statistics: "batch" | "input" | "groups" | "predicted" | "none";
}

/** The normalisers by name. */
export const NORMALIZERS = {
  none: { title: "no normaliser", statistics: "none" },
  /** Centres over the batch and scales to variance 1. */
  batch: { title: "BatchNorm", statistics: "batch" },
  /** Scales each input to second moment 1 and leaves the batch mean. */
  layer: { title: "LayerNorm", statistics: "input" },
  /** The same in groups of features. */
  group: { title: "GroupNorm", statistics: "groups" },
  /** Before weights standardised over their fan-in, of a gain that keeps the variance (NF-ResNet). */
  expected: { title: "the expected standard deviation", statistics: "predicted" },
} as const satisfies Readonly<Record<string, NormalizerDefinition>>;

/** A normaliser, or `none`. */
export type NormalizerName = keyof typeof NORMALIZERS;

/** What a normaliser's statistics are taken over. */
export function statisticsOf(name: NormalizerName): NormalizerDefinition["statistics"] {
  return NORMALIZERS[name].statistics;
}

export const NORMALIZER_NAMES = Object.keys(NORMALIZERS) as readonly NormalizerName[];

/** Those that take statistics of what they are given, as a trained network can have them. */
export type MeasuringNormalizer = Exclude<NormalizerName, "none" | "expected">;

export function isMeasuring(name: NormalizerName): name is MeasuringNormalizer {
  const statistics = statisticsOf(name);
  return statistics !== "none" && statistics !== "predicted";
}
