import type { Complaint } from "../checks/complaint.js";
import type { SchemeName } from "../schemes/index.js";
import { listsOfSeries, requireLengths } from "./consistency.js";
import type { DocumentFormat, Magnitude, Natural, Positive } from "./numbers.js";
import type { PredictedSeries } from "./prediction.js";
import type { Provenance } from "./provenance.js";
import type { Comparison, SampledSeries, Verdict } from "./verdict.js";

/** Fig 4b: a convolutional ReLU network with BatchNorm on a batch of real images. */
export interface ConvolutionalSampleDocument {
  readonly kind: "convolutional-sample";
  readonly format?: DocumentFormat;
  readonly scheme: SchemeName;
  readonly depth: Positive;
  readonly channels: Positive;
  readonly imageSize: Positive;
  readonly batch: Positive;
  readonly trials: Positive;
  readonly seed: Natural;
  readonly skip: SampledSeries;
  readonly branch: SampledSeries;
  readonly skipSecondMoment: SampledSeries;
  readonly movingMeanSquared: SampledSeries;
  /** Slopes against the block index over blocks `slopeFrom`…depth: mean over trials, standard error, theory. */
  readonly slopeFrom: Positive;
  readonly slopes: {
    readonly skip: Comparison;
    readonly skipSecondMoment: Comparison;
    readonly movingMeanSquared: Comparison;
  };
  /** What infinitely many channels give for the same arrays and images (src/analytic/maps/convolution.ts). */
  readonly predicted: {
    /** The mean share of a kernel's taps that fall inside the map. */
    readonly paddingFactor: Magnitude;
    readonly skip: PredictedSeries;
    readonly branch: PredictedSeries;
    readonly skipSecondMoment: PredictedSeries;
    readonly movingMeanSquared: PredictedSeries;
  };
  readonly dataChecksums: Readonly<Record<string, string>>;
  readonly verdict: Verdict;
  readonly provenance?: Provenance;
}

/** What of a convolutional sample does not go together. @internal */
export function inconsistencyOfConvolutionalSample(
  sample: ConvolutionalSampleDocument,
): Complaint | undefined {
  const { skip, branch, skipSecondMoment, movingMeanSquared, predicted, depth } = sample;
  return requireLengths(
    {
      ...listsOfSeries({ skip, branch, skipSecondMoment, movingMeanSquared }),
      "predicted.skip": predicted.skip,
      "predicted.branch": predicted.branch,
      "predicted.skipSecondMoment": predicted.skipSecondMoment,
      "predicted.movingMeanSquared": predicted.movingMeanSquared,
    },
    { count: depth, of: "depth" },
  );
}
