import { largest, smallest } from "../network/extremes.js";
import { powerOfTen } from "./labels.js";

/** A scale and an axis for numbers spread over many powers of ten, with ticks at round ones. */
export interface LogAxis {
  readonly domain: readonly [number, number];
  readonly scale: { readonly type: "log"; readonly domain: readonly [number, number]; readonly nice: false };
  readonly axis: { readonly values: readonly number[]; readonly labelExpr: string };
}

const MOST_TICKS = 7;

/**
 * The logarithmic axis that holds all values of some series, of which those that are not positive and finite are left out. Vega's own would
 * widen 10³⁰⁰ to a "nice" bound beyond float64, and label it 1e+300.
 */
export function logAxis(...series: readonly (readonly (number | null)[])[]): LogAxis {
  const ranges = rangesOf(series);
  const [least, most] =
    ranges.length === 0
      ? [1, 10]
      : [smallest(ranges.map(([low]) => low)), largest(ranges.map(([, high]) => high))];
  const margin = Math.max(0.04 * (Math.log10(most) - Math.log10(least)), 0.1);
  const domain = [
    Math.max(Number.MIN_VALUE, 10 ** (Math.log10(least) - margin)),
    Math.min(Number.MAX_VALUE, 10 ** (Math.log10(most) + margin)),
  ] as const;
  const ticks = logTicks(domain);
  const isPlain = ticks.every((tick) => tick >= 1e-3 && tick <= 1e4);
  const labels = Object.fromEntries(ticks.map((tick) => [String(tick), tickLabel(tick, isPlain)]));
  return {
    domain,
    scale: { type: "log", domain, nice: false },
    axis: { values: ticks, labelExpr: `(${JSON.stringify(labels)})[datum.value]` },
  };
}

/** Whether series belong on a logarithmic axis: they span over 1000, or one is everywhere under a twentieth of another. */
export function spansDecades(...series: readonly (readonly (number | null)[])[]): boolean {
  const ranges = rangesOf(series);
  const least = smallest(ranges.map(([low]) => low));
  const most = largest(ranges.map(([, high]) => high));
  return (
    most > 1000 * least || smallest(ranges.map(([, high]) => high)) < largest(ranges.map(([low]) => low)) / 20
  );
}

/** Round ticks from 0 to at most `most`, for a linear axis with room above them. */
export function linearTicks(most: number, count = 5): number[] {
  const rough = most / count;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = decade * ([1, 2, 5, 10].find((factor) => factor * decade >= rough * 0.999) ?? 10);
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) =>
    Number((index * step).toPrecision(12)),
  );
}

/** The least and the greatest of the positive, finite numbers of each series that has any. */
function rangesOf(series: readonly (readonly (number | null)[])[]): [number, number][] {
  return series.map(rangeOf).filter(([low, high]) => low <= high);
}

/** From Infinity to 0 where there are none. A series may have millions, which are not copied. */
function rangeOf(values: readonly (number | null)[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (value === null || !(value > 0) || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function logTicks([low, high]: readonly [number, number]): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first < 1) {
    const candidates = Array.from({ length: last - first + 3 }, (_, index) => first - 1 + index);
    return candidates
      .flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  }
  const decades = last - first;
  const step = [1, 2, 5, 10, 20, 50, 100].find((size) => decades / size <= MOST_TICKS) ?? 100;
  const start = Math.ceil(first / step) * step;
  return Array.from({ length: Math.floor((last - start) / step) + 1 }, (_, index) =>
    Number(`1e${start + index * step}`),
  );
}

/** A round number in full, or as a power of ten when its axis reaches too far. */
function tickLabel(tick: number, isPlain: boolean): string {
  if (isPlain || (tick >= 0.01 && tick <= 100)) {
    return tick.toLocaleString("en-GB", { maximumSignificantDigits: 3 });
  }
  const [factor, power] = tick.toExponential().split("e").map(Number);
  return factor === 1 ? powerOfTen(power) : `${factor} × ${powerOfTen(power)}`;
}
