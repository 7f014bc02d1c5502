/** A point of a curve; `low` and `high` bound its error band. A `y` of null interrupts the curve. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number | null;
  readonly series: string;
  readonly low?: number;
  readonly high?: number;
}
