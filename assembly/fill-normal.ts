// The ziggurat of src/random/normal.ts on the stream of src/random/stream.ts: the same numbers to the last bit.

/** Draws that need no logarithm: what is nearer than this to the density's edge is left to JavaScript's exponential. */
const DOUBT: f64 = 1e-12;

/**
 * Fills target[from…count) with draws from N(0, deviation²), as float32, of xoroshiro128+ at `state` (four integers, the
 * high half of each word first), which moves on. `tables` holds 256 bounds `within`, 256 `scales` and 257 `heights`.
 *
 * @returns `count`, or the index of a draw in the tail, or in doubt: the state is then the one before that draw.
 */
export function fillNormal(
  target: usize,
  from: i32,
  count: i32,
  deviation: f64,
  state: usize,
  tables: usize,
): i32 {
  const scales = tables + 256 * 8;
  const heights = scales + 256 * 8;
  let s0 = loadWord(state);
  let s1 = loadWord(state + 8);
  let i = from;
  while (i < count) {
    const before0 = s0;
    const before1 = s1;
    const bits = <i32>(s0 + s1);
    let a = s1 ^ s0;
    s0 = rotl<u64>(s0, 24) ^ a ^ (a << 16);
    s1 = rotl<u64>(a, 37);
    const layer = (<usize>(<u32>bits >>> 24)) << 3;
    const position = <f64>(((bits << 8) >> 7) + 1);
    const x = position * load<f64>(scales + layer);
    if (abs(position) >= load<f64>(tables + layer)) {
      // Layer 0 is the tail's.
      let isJavaScripts = layer === 0;
      if (!isJavaScripts) {
        const uniform = <f64>(<u32>(s0 + s1)) * 2.3283064365386963e-10;
        a = s1 ^ s0;
        s0 = rotl<u64>(s0, 24) ^ a ^ (a << 16);
        s1 = rotl<u64>(a, 37);
        const low = load<f64>(heights + layer);
        const above = density(x) - (low + uniform * (load<f64>(heights + layer, 8) - low));
        // Above the density: the draw begins anew.
        if (above < -DOUBT) continue;
        isJavaScripts = above < DOUBT;
      }
      if (isJavaScripts) {
        s0 = before0;
        s1 = before1;
        break;
      }
    }
    store<f32>(target + ((<usize>i) << 2), <f32>(x * deviation));
    i++;
  }
  storeWord(state, s0);
  storeWord(state + 8, s1);
  return i;
}

function loadWord(at: usize): u64 {
  return ((<u64>load<u32>(at)) << 32) | <u64>load<u32>(at, 4);
}

function storeWord(at: usize, word: u64): void {
  store<u32>(at, <u32>(word >> 32));
  store<u32>(at, <u32>word, 4);
}

/** exp(−x²/2) for |x| < 4 to 1e-13: Taylor's series, even and odd terms apart, for what exceeds a multiple of ln 2. */
function density(x: f64): f64 {
  const t = 0.5 * x * x;
  const halvings = nearest(t / Math.LN2);
  const r = halvings * Math.LN2 - t;
  const q = r * r;
  const even =
    1.0 +
    q * (1.0 / 2.0 + q * (1.0 / 24.0 + q * (1.0 / 720.0 + q * (1.0 / 40320.0 + q * (1.0 / 3628800.0)))));
  const odd =
    1.0 +
    q * (1.0 / 6.0 + q * (1.0 / 120.0 + q * (1.0 / 5040.0 + q * (1.0 / 362880.0 + q * (1.0 / 39916800.0)))));
  // 2^−halvings
  return (even + r * odd) * reinterpret<f64>((1023 - <i64>halvings) << 52);
}
