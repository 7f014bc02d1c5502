/** A mean over networks with its standard error. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** One number of a block: the variance of a path, or q = branch/(skip + branch). */
export interface ProfileRow {
  readonly design: string;
  readonly block: number;
  readonly quantity: "skip" | "branch" | "q";
  /** At each width. */
  readonly measured: readonly Estimate[];
  /** The mean at infinite width, from a line in 1/width; or the only width's. */
  readonly found: Estimate;
  /** From the images, at each width (it depends on it behind LayerNorm and GroupNorm), and extrapolated like the means. */
  readonly predicted: readonly number[];
  readonly expected: number;
  /** (found − expected)/standard error, of what is beyond a rounding of 1e-4 of it. */
  readonly z: number | null;
  /** From independent pixels in place of the images, at the first width. */
  readonly predictedWithoutImages: number;
}

/** The probe's variances at initialisation beside the predicted ones. */
export interface InitialProfiles {
  readonly kind: "bench";
  readonly name: "initial-profiles";
  readonly measured: string;
  readonly respath: string;
  readonly node: string;
  /** Of each width. */
  readonly models: readonly string[];
  readonly images: { readonly source: string; readonly count: number; readonly side: number };
  readonly networks: number;
  readonly by: "pairs" | "sites";
  readonly rows: readonly ProfileRow[];
}
