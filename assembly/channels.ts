// Channels of an NHWC tensor, seen as a matrix of n pixels × c channels.
//
// A row of c numbers need not fill vectors. So pixels are taken together until they do: a *period* of P = lcm(c, 16)
// numbers holds P/c pixels, and number j of it belongs to channel j mod c. Coefficients are spread to P numbers once, a
// loop then runs over whole vectors whatever c is, and at most P/c − 1 pixels at the end are left to scalar code.

/** Numbers that fit into half of a first-level cache with what is computed from them. */
const BLOCK = 4096;

/** P = lcm(c, 16): four vectors of 128 bits, or two of 256, at a time. */
export function periodOf(c: i32): i32 {
  let p = c;
  while (p & 15) p += c;
  return p;
}

/**
 * Scratch memory, in float32, that is enough for each of the kernels that see channels: affineRelu (2c + 2P), channelMoments
 * (4c + 3P), batchNormReluGradient (8c + 5P).
 */
export function channelScratch(c: i32): i32 {
  return 8 * c + 5 * periodOf(c);
}

/**
 * Periods in a block. A block is read by columns of 16 numbers while it stays in the first-level cache, with the column's
 * coefficients in registers; and float32 sums run over one block only, so that a large batch loses no precision.
 */
export function periodsInBlock(p: i32): i32 {
  return max(8, BLOCK / p);
}

/** to[j] = from[j mod c], j < p. */
export function spread(from: usize, to: usize, c: i32, p: i32): void {
  for (let j = 0, channel = 0; j < p; j++) {
    store<f32>(to + ((<usize>j) << 2), load<f32>(from + ((<usize>channel) << 2)));
    if (++channel === c) channel = 0;
  }
}

/** sums[j mod c] += block[j], j < p, in float64. */
export function fold(block: usize, sums: usize, c: i32, p: i32): void {
  if (c === p && (c & 1) === 0) {
    foldPairs(block, sums, c);
    return;
  }
  for (let j = 0, channel = 0; j < p; j++) {
    const sum = sums + ((<usize>channel) << 3);
    store<f64>(sum, load<f64>(sum) + <f64>load<f32>(block + ((<usize>j) << 2)));
    if (++channel === c) channel = 0;
  }
}

/** The same for p = c, an even number. */
function foldPairs(block: usize, sums: usize, c: i32): void {
  for (let j: usize = 0; j < (<usize>c) << 2; j += 8) {
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(block + j));
    v128.store(sums + 2 * j, f64x2.add(v128.load(sums + 2 * j), pair));
  }
}
