import type { ContrastName } from "../network/documents/verdict.js";

/** Places of a curve, evenly spaced with both ends, at which the parabola of its deviation is followed. */
const PLACES = 9;
/** A parabola through fewer points has no curvature of its own. */
const FEWEST_POINTS = 3;

/** A linear functional of a curve: Σ weights · values. */
export interface Functional<Name> {
  readonly name: Name;
  readonly weights: Float64Array;
}

/** A functional that a curve is judged by. */
export interface Contrast extends Functional<ContrastName> {
  /** The most that it can be of a curve that is at most 1 everywhere, Σ |weights|. */
  readonly reach: number;
}

/** What is taken of a curve of deviations, each a weighted sum of its values. */
export interface CurveFunctionals {
  readonly contrasts: readonly Contrast[];
  /** The least-squares parabola at some blocks, by block. */
  readonly places: readonly Functional<number>[];
}

/**
 * The contrasts of a curve over some blocks, ascending, from its least-squares parabola p over the blocks (docs/statistics.md):
 *
 * - `level`, the mean of p; `slope`, half of p(last) − p(first); `curvature`, half of (p(first) + p(last))/2 − p(middle);
 * - `first` and `last`, the deviations there themselves.
 *
 * A contrast beyond `reach` margins shows that the curve is outside its margin somewhere; a parabola may be so at its ends where the
 * curve is nowhere.
 */
export function curveFunctionals(blocks: ArrayLike<number>): CurveFunctionals {
  const count = blocks.length;
  const ends: Contrast[] = [{ name: "first", weights: unit(count, 0), reach: 1 }];
  if (count > 1) ends.push({ name: "last", weights: unit(count, count - 1), reach: 1 });
  if (count < FEWEST_POINTS) return { contrasts: ends, places: [] };
  const [first, last] = [blocks[0], blocks[count - 1]];
  const at = (block: number) => parabolaAt(blocks, block);
  const [atFirst, atMiddle, atLast] = [at(first), at((first + last) / 2), at(last)];
  const combined = (name: ContrastName, [a, b, c]: readonly number[]): Contrast => {
    const weights = atFirst.map((value, i) => a * value + b * atMiddle[i] + c * atLast[i]);
    return { name, weights, reach: weights.reduce((sum, weight) => sum + Math.abs(weight), 0) };
  };
  const places = Array.from(
    { length: Math.min(PLACES, count) },
    (_, i, all = Math.min(PLACES, count)) => blocks[Math.round((i * (count - 1)) / (all - 1))],
  );
  return {
    contrasts: [
      { name: "level", weights: new Float64Array(count).fill(1 / count), reach: 1 },
      combined("slope", [-1 / 2, 0, 1 / 2]),
      combined("curvature", [1 / 4, -1 / 2, 1 / 4]),
      ...ends,
    ],
    places: places.map((block) => ({ name: block, weights: at(block) })),
  };
}

/** The weights that give a curve's least-squares parabola at a block: Σ_j φ_j(x) φ_j(x_i), φ_j orthonormal over the blocks. */
function parabolaAt(blocks: ArrayLike<number>, block: number): Float64Array {
  const [first, last] = [blocks[0], blocks[blocks.length - 1]];
  const scaled = (one: number) => (2 * one - first - last) / (last - first);
  const xs = Float64Array.from(blocks, scaled);
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const x = scaled(block);
  const centre = mean(xs);
  const line = xs.map((value) => value - centre);
  const squares = xs.map((value) => value * value);
  const square = mean(squares);
  const along = dot(squares, line) / dot(line, line);
  const parabola = squares.map((value, i) => value - square - along * line[i]);
  const lineAt = (x - centre) / dot(line, line);
  const parabolaHere = (x * x - square - along * (x - centre)) / dot(parabola, parabola);
  return line.map((value, i) => 1 / line.length + lineAt * value + parabolaHere * parabola[i]);
}

function unit(count: number, place: number): Float64Array {
  const weights = new Float64Array(count);
  weights[place] = 1;
  return weights;
}
