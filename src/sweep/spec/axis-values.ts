import type { SweepValue } from "../../network/documents/sweep.js";
import { InvalidArgumentError } from "../../network/errors.js";
import type { Axis } from "./sweep-spec.js";

/** More values than any grid has along one axis. */
const MOST_VALUES = 1_000_000;

/** The values along an axis, in order. @throws InvalidArgumentError for one that has none, or too many. */
export function axisValues(name: string, axis: Axis): readonly SweepValue[] {
  if (!("from" in axis)) {
    if (axis.length === 0) throw new InvalidArgumentError(name, "[]", "a list of one value or more");
    return axis;
  }
  const { from, to, step = 1 } = axis;
  // A hair more, for steps that binary fractions do not add up to.
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (!(step !== 0 && count >= 1 && count <= MOST_VALUES)) {
    const given = `from ${from} to ${to} by ${step}`;
    throw new InvalidArgumentError(name, given, `a range of 1 to ${MOST_VALUES} values`);
  }
  const numbers = Array.from({ length: count }, (_, index) => exact(from + index * step));
  return "powers" in axis ? numbers.map((exponent) => power(axis.powers, exponent)) : numbers;
}

/** 0.1² is 0.01, which 0.1 ** 2 is not: of the inverse of a whole number the power of that. */
function power(base: number, exponent: number): number {
  const inverse = 1 / base;
  return Number.isInteger(inverse) ? inverse ** -exponent : base ** exponent;
}

/** 0.30000000000000004 is 0.3. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}
