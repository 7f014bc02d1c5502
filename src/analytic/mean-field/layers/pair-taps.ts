import type { ConvolutionGeometry } from "./convolution-taps.js";

/** A convolution of `count` square maps. */
export interface PairGeometry extends ConvolutionGeometry {
  readonly count: number;
}

/**
 * ⟨source(sp + t, sp' + t)⟩_t for every pair of output sites p, p', over all taps t, 0 where either lies outside its map:
 * what independent weights make of the second moments of pairs. From [sites, sites] to [sites', sites'].
 */
export function averagePairsOverTaps(source: Float64Array, geometry: PairGeometry): Float64Array {
  const { size, kernel, stride, count } = geometry;
  if (kernel === 1 && stride === 1) return source;
  const side = Math.ceil(size / stride);
  const reach = (kernel - 1) / 2;
  const axis = { from: size, to: side, stride, reach };
  // A square kernel of equal taps sums along the columns of both sites and then along their rows.
  const along = sumAxis(source, { ...axis, outer: count * size, inner: 1 });
  const sum = sumAxis(along, { ...axis, outer: count, inner: side });
  return sum.map((value) => value / kernel ** 2);
}

/** An axis of a map: each index of a pair is [outer, axis, inner]. */
interface Axis {
  readonly outer: number;
  readonly inner: number;
  /** Its length before and after. */
  readonly from: number;
  readonly to: number;
  readonly stride: number;
  /** Taps −reach…reach. */
  readonly reach: number;
}

/** Σ_t over one axis of both sites, which the tap moves together. */
function sumAxis(source: Float64Array, axis: Axis): Float64Array {
  const { outer, inner, from, to, stride, reach } = axis;
  const [wide, narrow] = [outer * from * inner, outer * to * inner];
  const target = new Float64Array(narrow * narrow);
  for (let row = 0; row < narrow; row++) {
    const block = Math.floor(row / (to * inner));
    const [at, rest] = [Math.floor(row / inner) % to, row % inner];
    for (let tap = -reach; tap <= reach; tap++) {
      const read = at * stride + tap;
      if (read < 0 || read >= from) continue;
      const line = (block * from + read) * inner + rest;
      addMoved(
        target.subarray(row * narrow, (row + 1) * narrow),
        source.subarray(line * wide, (line + 1) * wide),
        { ...axis, tap },
      );
    }
  }
  return target;
}

/** Adds what the other site of a pair reads at this tap, where it lies inside. */
function addMoved(target: Float64Array, source: Float64Array, axis: Axis & { readonly tap: number }): void {
  const { outer, inner, from, to, stride, tap } = axis;
  const first = Math.max(0, Math.ceil(-tap / stride));
  const last = Math.min(to - 1, Math.floor((from - 1 - tap) / stride));
  for (let block = 0; block < outer; block++) {
    for (let x = first; x <= last; x++) {
      const into = (block * to + x) * inner;
      const out = (block * from + x * stride + tap) * inner;
      for (let rest = 0; rest < inner; rest++) target[into + rest] += source[out + rest];
    }
  }
}
