import type { Field, FieldMoments, FieldState } from "./field.js";

/**
 * Of a convolutional network: a number for each site, the pixels of a map (of every image, where images are given), times
 * 2^`power`.
 */
export interface SiteState extends FieldState {
  /** The second moment of a feature. */
  readonly second: Float64Array;
  /** Its covariance with its mean over all sites and inputs. */
  readonly shared: Float64Array;
}

/** What a field of such states does with them: sums and multiples by site, and means over all sites. */
export const OVER_SITES: Pick<Field<SiteState>, "scaled" | "sum" | "secondMoment" | "moments" | "parts"> = {
  scaled: scaledSites,
  sum: ({ second, shared, power }, other) => ({
    second: plus(second, other.second),
    shared: plus(shared, other.shared),
    power,
  }),
  secondMoment: ({ second }) => meanOf(second),
  moments: momentsOverSites,
  parts: (_, values) => values,
};

function scaledSites(x: SiteState, by: number): SiteState {
  if (by === 1) return x;
  return { second: times(x.second, by), shared: times(x.shared, by), power: x.power };
}

function momentsOverSites({ second, shared }: SiteState): FieldMoments {
  const [secondMoment, meanSquared] = [meanOf(second), meanOf(shared)];
  return { secondMoment, meanSquared, variance: secondMoment - meanSquared };
}

// Loops, because of the many sites of a batch of images.

export function times(values: Float64Array, by: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let p = 0; p < result.length; p++) result[p] = by * values[p];
  return result;
}

export function plus(values: Float64Array, others: Float64Array): Float64Array {
  const result = values.slice();
  for (let p = 0; p < result.length; p++) result[p] += others[p];
  return result;
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < values.length; p++) sum += values[p];
  return sum / values.length;
}
