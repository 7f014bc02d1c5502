/** a·b + c in each lane, in one rounding where the build has fused multiply-add. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (FMA) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * Stores two adjacent vectors, the upper one first: V8's revectorizer then makes one 256-bit store of the two. The other way
 * round it makes that too, but leaves the 128-bit store of the lower one standing before it.
 */
export function storePair(to: usize, low: v128, high: v128): void {
  v128.store(to, high, 16);
  v128.store(to, low);
}

/**
 * 0 and 1 as numbers that every compiler takes for variables, since index.ts exports them as such. V8's revectorizer leaves a pair of
 * operations alone when an operand is a constant vector; the loops of relu.ts and affine-relu.ts compare with splats of these, and the
 * latter is half as fast again for it while its numbers are in a cache.
 */
// biome-ignore lint/style/useConst: the compiler must not know its value.
export let zeroNumber: f32 = 0;
// biome-ignore lint/style/useConst: the compiler must not know its value.
export let oneNumber: f32 = 1;
