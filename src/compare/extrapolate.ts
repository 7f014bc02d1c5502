import { InvalidArgumentError } from "../network/errors.js";

/** One measured mean at one abscissa. */
export interface WeightedPoint {
  readonly x: number;
  readonly mean: number;
  readonly se: number;
  /** Degrees of freedom of `se`. */
  readonly freedom: number;
}

/** y = intercept + slope · x, fitted with weights 1/se². */
export interface WeightedLine {
  readonly intercept: number;
  readonly interceptError: number;
  /** Degrees of freedom of the intercept's error (Welch and Satterthwaite). */
  readonly freedom: number;
  readonly slope: number;
  readonly slopeError: number;
  /** Σ ((y − fit)/se)², with n − 2 degrees of freedom: 0 for two points. */
  readonly chiSquare: number;
}

/**
 * Weighted least squares through points of known standard errors; with two points it is the line through them. The
 * errors come from those of the points, not from the scatter about the line, so that they exist for two points.
 *
 * @throws InvalidArgumentError for fewer than two different x, or an error that is not positive and finite.
 */
export function fitWeightedLine(points: readonly WeightedPoint[]): WeightedLine {
  if (new Set(points.map(({ x }) => x)).size < 2) {
    throw new InvalidArgumentError("points", points.length, "at two different abscissae or more");
  }
  for (const { x, se } of points) {
    if (!(se > 0 && Number.isFinite(se))) {
      throw new InvalidArgumentError(`standard error at ${x}`, se, "positive and finite (use more trials)");
    }
  }
  const weights = points.map(({ se }) => 1 / (se * se));
  const sum = (value: (point: WeightedPoint) => number) =>
    points.reduce((total, point, index) => total + weights[index] * value(point), 0);
  const total = sum(() => 1);
  const centre = sum(({ x }) => x) / total;
  const spread = sum(({ x }) => (x - centre) ** 2);
  const slope = sum(({ x, mean }) => (x - centre) * mean) / spread;
  const intercept = sum(({ mean }) => mean) / total - slope * centre;
  // The intercept is Σ c_i y_i with these c_i.
  const parts = points.map(({ x }, index) => weights[index] * (1 / total - (centre * (x - centre)) / spread));
  const partVariances = points.map(({ se }, index) => (parts[index] * se) ** 2);
  const variance = partVariances.reduce((a, b) => a + b, 0);
  const welch = partVariances.reduce((a, v, index) => a + (v * v) / points[index].freedom, 0);
  return {
    intercept,
    interceptError: Math.sqrt(variance),
    freedom: (variance * variance) / welch,
    slope,
    slopeError: Math.sqrt(1 / spread),
    chiSquare: sum(({ x, mean }) => (mean - intercept - slope * x) ** 2),
  };
}
