import { mean, sampleVariance } from "simple-statistics";
import { type ImageBatch, resolveScheme } from "../../src/analytic/index.js";
import {
  type Architecture,
  createNetwork,
  designNetwork,
  measureProfile,
  predictProfileOf,
} from "../../src/train/index.js";
import type { DESIGNS } from "./designs.js";
import type { Estimate, ProfileRow } from "./document.js";

export interface CompareOptions {
  /** One model, or the same of width w and of 2w. */
  readonly models: readonly Architecture[];
  readonly design: (typeof DESIGNS)[number];
  readonly images: ImageBatch;
  readonly side: number;
  readonly networks: number;
}

/** What float32 and the normalisers' constant of 1e-5 beside a variance of about 1 may do, relative. */
const ROUNDING = 1e-4;
const QUANTITIES = ["skip", "branch", "q"] as const;

/** Measures networks of different seeds at initialisation, and predicts. */
export function compareProfiles(options: CompareOptions): { by: "pairs" | "sites"; rows: ProfileRow[] } {
  const { models, design: named, images, side: imageSize, networks } = options;
  const { name, scheme: schemeName, ...choices } = named;
  const scheme = resolveScheme(schemeName);
  const designs = models.map((architecture) =>
    designNetwork({ architecture, scheme, imageSize, ...choices }),
  );
  const predictions = designs.map((design) => predictProfileOf({ ...design, images }));
  const expected = predictions.map(({ blocks }) => blocks.flatMap(numbersOf));
  const withoutImages = predictProfileOf(designs[0]).blocks.flatMap(numbersOf);
  const shape = [images.count, imageSize, imageSize, 3] as const;
  const measured = designs.map((design, width) =>
    Array.from({ length: networks }, (_, index) => {
      const live = createNetwork({ design, seed: 1 + index + networks * width });
      const blocks = measureProfile({ network: live, images: images.data, shape });
      live.dispose();
      return blocks.flatMap(numbersOf);
    }),
  );
  const rows = withoutImages.map((value, at): ProfileRow => {
    const predicted = expected.map((numbers) => numbers[at]);
    const limit = atInfinity(predicted);
    const estimates = measured.map((samples) => estimateOf(samples.map((sample) => sample[at])));
    const found = extrapolated(estimates);
    return {
      design: name,
      block: 1 + Math.floor(at / QUANTITIES.length),
      quantity: QUANTITIES[at % QUANTITIES.length],
      measured: estimates,
      found,
      predicted,
      expected: limit,
      z: scoreOf(found, limit),
      predictedWithoutImages: value,
    };
  });
  return { by: predictions[0].by, rows };
}

function scoreOf({ mean, standardError }: Estimate, predicted: number): number | null {
  const difference = mean - predicted;
  const excess = Math.max(0, Math.abs(difference) - ROUNDING * predicted);
  if (standardError === 0) return excess === 0 ? 0 : null;
  return (Math.sign(difference) * excess) / standardError;
}

function numbersOf({ skip, branch }: { readonly skip: number; readonly branch: number }): number[] {
  return [skip, branch, branch / (skip + branch)];
}

function estimateOf(values: number[]): Estimate {
  return { mean: mean(values), standardError: Math.sqrt(sampleVariance(values) / values.length) };
}

/** The intercept of the line in 1/width through w and 2w; of one width itself. */
function extrapolated(estimates: readonly Estimate[]): Estimate {
  const errors = estimates.map(({ standardError }) => standardError);
  return {
    mean: atInfinity(estimates.map(({ mean }) => mean)),
    standardError: errors.length === 1 ? errors[0] : Math.hypot(2 * errors[1], errors[0]),
  };
}

/** Of one number itself. */
function atInfinity([narrow, wide]: readonly number[]): number {
  return wide === undefined ? narrow : 2 * wide - narrow;
}
