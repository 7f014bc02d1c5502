import { accumulateTile4x8, accumulateTile4x16, accumulateTile6x16 } from "./accumulate-tiles";

// One component of a residual network's activations through one dense block (src/montecarlo/forward/component-stack.ts):
//
//   target ← scale·target + ((x − mean(x)) ∘ G)·W,
//
// x, G [rows, features], W [features, features]. `centring` says which mean: 0 none, FEATURES that of each feature over the
// rows, n > 0 that of each n consecutive numbers of a row. What goes into the product is
// computed once and stays in the first- or second-level cache, the sums of the product start from the target in place. A linear
// branch multiplies by feature alone: packWeights then takes the factors, G is 1 (a pointer of 0), and a component that
// has no mean goes into the product as it is.

const FEATURES: i32 = -1;
/** Columns of a panel of W. */
const PANEL: i32 = WIDE ? 16 : 8;
/** Rows of a tile. */
const TILE: i32 = WIDE ? 6 : 4;
/** Rows that meet all panels before the next ones do: whole tiles, half a first-level cache of 128 features. */
const ROWS_IN_CACHE: i32 = 36;
/** Rows that are summed in one float32, so that a large batch loses no precision. */
const ROWS_IN_SUM: i32 = 64;

/** Floats that {@link packWeights} writes. */
export function packedFloats(inputs: i32, outputs: i32): i32 {
  return inputs * paddedTo(PANEL, outputs);
}

function paddedTo(panel: i32, columns: i32): i32 {
  return ((columns + panel - 1) / panel) * panel;
}

/**
 * W [inputs, outputs] as panels [inputs, PANEL], the last one filled up with zeros; each row times its number in
 * `factors` [inputs], unless that is 0.
 */
export function packWeights(weights: usize, factors: usize, panels: usize, inputs: i32, outputs: i32): void {
  let to = panels;
  for (let n = 0; n < outputs; n += PANEL) {
    const present = min(PANEL, outputs - n);
    for (let k = 0; k < inputs; k++) {
      const row = weights + <usize>(k * outputs + n) * 4;
      const factor: f32 = factors ? load<f32>(factors + <usize>k * 4) : 1;
      if (present === PANEL) {
        const four = f32x4.splat(factor);
        for (let j = 0; j < PANEL; j += 4) {
          v128.store(to + <usize>j * 4, f32x4.mul(v128.load(row + <usize>j * 4), four));
        }
      } else {
        for (let j = 0; j < PANEL; j++) {
          store<f32>(to + <usize>j * 4, j < present ? factor * load<f32>(row + <usize>j * 4) : 0);
        }
      }
      to += <usize>PANEL * 4;
    }
  }
}

/** Floats of scratch that {@link componentPass} needs: what goes into the product, and a tile. */
export function componentScratch(rows: i32, features: i32): i32 {
  return rows * features + TILE * PANEL;
}

/** The pass above, with W as packWeights leaves it. */
export function componentPass(
  x: usize,
  factors: usize,
  panels: usize,
  target: usize,
  rows: i32,
  features: i32,
  centring: i32,
  scale: f32,
  scratch: usize,
): void {
  let inputs = scratch;
  if (factors) applyFactors(x, factors, scratch, rows, features, centring);
  else if (centring === FEATURES) centre(x, scratch, rows, features);
  else if (x === target) memory.copy(scratch, x, <usize>(rows * features) * 4);
  else inputs = x;
  const tile = scratch + <usize>(rows * features) * 4;
  addProduct(inputs, panels, target, rows, features, features, scale, tile);
}

/** y = x − the mean of each feature. One component a block needs it, so that it is not worth a fast way. */
function centre(x: usize, y: usize, rows: i32, features: i32): void {
  const row = <usize>features * 4;
  for (let f: usize = 0; f < row; f += 4) {
    const mean = meanOf(x + f, rows, row);
    for (let r = 0, p = f; r < rows; r++, p += row) store<f32>(y + p, load<f32>(x + p) - mean);
  }
}

/** y = (x − mean(x)) ∘ factors. */
export function applyFactors(
  x: usize,
  factors: usize,
  y: usize,
  rows: i32,
  features: i32,
  centring: i32,
): void {
  if (centring > 0) {
    const bytes = <usize>centring * 4;
    for (let left = (rows * features) / centring; left > 0; left--) {
      centredRun(x, factors, y, centring);
      x += bytes;
      factors += bytes;
      y += bytes;
    }
    return;
  }
  const row = <usize>features * 4;
  const strips = features & ~15;
  for (let f = 0; f < strips; f += 16) {
    const at = <usize>f * 4;
    if (centring === FEATURES) centredStrip(x + at, factors + at, y + at, rows, row);
    else plainStrip(x + at, factors + at, y + at, rows, row);
  }
  for (let f = strips; f < features; f++) {
    const at = <usize>f * 4;
    const mean = centring === FEATURES ? meanOf(x + at, rows, row) : 0;
    for (let r = 0, p = at; r < rows; r++, p += row) {
      store<f32>(y + p, (load<f32>(x + p) - mean) * load<f32>(factors + p));
    }
  }
}

/** `length` consecutive numbers; eight sums, so that a wide row loses no precision. */
function centredRun(x: usize, factors: usize, y: usize, length: i32): void {
  const whole = <usize>(length & ~7) * 4;
  const end = <usize>length * 4;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  for (let p: usize = 0; p < whole; p += 32) {
    s0 = f32x4.add(s0, v128.load(x + p));
    s1 = f32x4.add(s1, v128.load(x + p, 16));
  }
  const lanes = f32x4.add(s0, s1);
  let sum =
    <f64>f32x4.extract_lane(lanes, 0) +
    <f64>f32x4.extract_lane(lanes, 1) +
    <f64>f32x4.extract_lane(lanes, 2) +
    <f64>f32x4.extract_lane(lanes, 3);
  for (let p = whole; p < end; p += 4) sum += <f64>load<f32>(x + p);
  const mean = <f32>(sum / <f64>length);
  const means = f32x4.splat(mean);
  for (let p: usize = 0; p < whole; p += 32) {
    v128.store(y + p, f32x4.mul(f32x4.sub(v128.load(x + p), means), v128.load(factors + p)));
    v128.store(y + p, f32x4.mul(f32x4.sub(v128.load(x + p, 16), means), v128.load(factors + p, 16)), 16);
  }
  for (let p = whole; p < end; p += 4) {
    store<f32>(y + p, (load<f32>(x + p) - mean) * load<f32>(factors + p));
  }
}

function meanOf(x: usize, rows: i32, row: usize): f32 {
  let sum: f64 = 0;
  for (let r = 0; r < rows; r++, x += row) sum += <f64>load<f32>(x);
  return <f32>(sum / <f64>rows);
}

/** 16 features; the second reading of them is from the first-level cache. */
function centredStrip(x: usize, factors: usize, y: usize, rows: i32, row: usize): void {
  const zero = f32x4.splat(0);
  let m0 = zero;
  let m1 = zero;
  let m2 = zero;
  let m3 = zero;
  let from = x;
  for (let r = 0; r < rows; r += ROWS_IN_SUM) {
    const end = min(rows, r + ROWS_IN_SUM);
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    for (let i = r; i < end; i++) {
      s0 = f32x4.add(s0, v128.load(from));
      s1 = f32x4.add(s1, v128.load(from, 16));
      s2 = f32x4.add(s2, v128.load(from, 32));
      s3 = f32x4.add(s3, v128.load(from, 48));
      from += row;
    }
    m0 = f32x4.add(m0, s0);
    m1 = f32x4.add(m1, s1);
    m2 = f32x4.add(m2, s2);
    m3 = f32x4.add(m3, s3);
  }
  const inverse = f32x4.splat(<f32>(1 / <f64>rows));
  m0 = f32x4.mul(m0, inverse);
  m1 = f32x4.mul(m1, inverse);
  m2 = f32x4.mul(m2, inverse);
  m3 = f32x4.mul(m3, inverse);
  for (let r = 0; r < rows; r++) {
    v128.store(y, f32x4.mul(f32x4.sub(v128.load(x), m0), v128.load(factors)));
    v128.store(y, f32x4.mul(f32x4.sub(v128.load(x, 16), m1), v128.load(factors, 16)), 16);
    v128.store(y, f32x4.mul(f32x4.sub(v128.load(x, 32), m2), v128.load(factors, 32)), 32);
    v128.store(y, f32x4.mul(f32x4.sub(v128.load(x, 48), m3), v128.load(factors, 48)), 48);
    x += row;
    factors += row;
    y += row;
  }
}

function plainStrip(x: usize, factors: usize, y: usize, rows: i32, row: usize): void {
  for (let r = 0; r < rows; r++) {
    v128.store(y, f32x4.mul(v128.load(x), v128.load(factors)));
    v128.store(y, f32x4.mul(v128.load(x, 16), v128.load(factors, 16)), 16);
    v128.store(y, f32x4.mul(v128.load(x, 32), v128.load(factors, 32)), 32);
    v128.store(y, f32x4.mul(v128.load(x, 48), v128.load(factors, 48)), 48);
    x += row;
    factors += row;
    y += row;
  }
}

/** c ← scale·c + a·W, a [rows, inputs], W packed, c [rows, outputs]. */
function addProduct(
  a: usize,
  panels: usize,
  c: usize,
  rows: i32,
  inputs: i32,
  outputs: i32,
  scale: f32,
  spare: usize,
): void {
  const rowA = <usize>inputs * 4;
  const rowC = <usize>outputs * 4;
  for (let first = 0; first < rows; first += ROWS_IN_CACHE) {
    const end = min(rows, first + ROWS_IN_CACHE);
    let panel = panels;
    for (let n = 0; n < outputs; n += PANEL) {
      const present = min(PANEL, outputs - n);
      for (let r = first; r < end; r += TILE) {
        const from = a + <usize>r * rowA;
        const to = c + <usize>r * rowC + <usize>n * 4;
        const left = min(TILE, end - r);
        if (present === PANEL) {
          tile(from, rowA, to, rowC, left, inputs, panel, scale);
        } else {
          copyRows(spare, <usize>PANEL * 4, to, rowC, left, present);
          tile(from, rowA, spare, <usize>PANEL * 4, left, inputs, panel, scale);
          copyRows(to, rowC, spare, <usize>PANEL * 4, left, present);
        }
      }
      panel += <usize>(inputs * PANEL) * 4;
    }
  }
}

function copyRows(to: usize, rowTo: usize, from: usize, rowFrom: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++, to += rowTo, from += rowFrom) memory.copy(to, from, <usize>columns * 4);
}

function tile(
  a: usize,
  rowA: usize,
  c: usize,
  rowC: usize,
  left: i32,
  depth: i32,
  panel: usize,
  scale: f32,
): void {
  if (WIDE) {
    if (left > 4) accumulateTile6x16(a, rowA, c, rowC, left, depth, panel, scale);
    else accumulateTile4x16(a, rowA, c, rowC, left, depth, panel, scale);
  } else accumulateTile4x8(a, rowA, c, rowC, left, depth, panel, scale);
}
