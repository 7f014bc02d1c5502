import type { RandomStream } from "./stream.js";

/*
 * The ziggurat of Marsaglia & Tsang (2000) with 256 layers: the half-density f(x) = exp(−x²/2) is covered by strips of
 * equal area, a strip is picked, a point in it is drawn, and all but about 1.2 % of the points need no further work.
 * As Doornik (2005) asks, the strip and the position come from separate bits: the strip from the eight highest bits of
 * an integer and the signed position from the other 24, so that the weak lowest bits of xoroshiro128+ only touch the
 * last binary places of a value.
 */
const LAYERS = 256;
/** Where the tail begins, and the area of each strip, for 256 strips. */
const TAIL_START = 3.6541528853610088;
const STRIP_AREA = 4.928673233974655e-3;
/** Positions are odd multiples of the edge / 2²⁴: symmetric, and never 0 or the edge itself. */
const POSITION_SCALE = 2 ** -24;

/** Right edges of the strips, from the base strip (whose tail is squared off) up; then f at each edge. */
const edges = new Float64Array(LAYERS + 1);
const heights = new Float64Array(LAYERS + 1);
edges[0] = STRIP_AREA / density(TAIL_START);
edges[1] = TAIL_START;
for (let i = 2; i < LAYERS; i++) {
  edges[i] = Math.sqrt(-2 * Math.log(STRIP_AREA / edges[i - 1] + density(edges[i - 1])));
}
for (let i = 0; i <= LAYERS; i++) heights[i] = density(edges[i]);
/** A position (an odd number, −2²⁴+1 … 2²⁴−1) times its strip's scale is the value; below `within` it is accepted. */
const scales = edges.map((edge) => edge * POSITION_SCALE).subarray(0, LAYERS);
const within = scales.map((scale, layer) => edges[layer + 1] / scale);

/** The tables of the ziggurat one behind the other: 256 bounds of accepted positions, 256 scales and 257 heights. */
export const ZIGGURAT_TABLES: Float64Array = Float64Array.from([...within, ...scales, ...heights]);

/** A draw from the standard normal distribution N(0, 1); it takes one integer of the stream 98.8 % of the time. */
export function nextNormal(stream: RandomStream): number {
  const bits = stream.nextInt();
  const layer = bits >>> 24;
  const position = ((bits << 8) >> 7) + 1;
  return Math.abs(position) < within[layer] ? position * scales[layer] : finish(layer, position, stream);
}

/**
 * Fills `target` with independent draws from N(0, `standardDeviation`²), rounded to float32: what {@link nextNormal}
 * would return one by one, with its fast path written out because weights by the million are drawn here.
 */
export function fillNormal(target: Float32Array, stream: RandomStream, standardDeviation: number): void {
  const [limit, scale] = [within, scales];
  for (let i = 0; i < target.length; i++) {
    const bits = stream.nextInt();
    const layer = bits >>> 24;
    const position = ((bits << 8) >> 7) + 1;
    const accepted = Math.abs(position) < limit[layer];
    const x = accepted ? position * scale[layer] : finish(layer, position, stream);
    target[i] = x * standardDeviation;
  }
}

/** The rest of a draw whose point lies outside the next strip: the tail, the wedge under f, or another draw. */
function finish(layer: number, position: number, stream: RandomStream): number {
  const x = position * scales[layer];
  if (layer === 0) return x < 0 ? -tail(stream) : tail(stream);
  const y = heights[layer] + stream.nextUniform() * (heights[layer + 1] - heights[layer]);
  return y < density(x) ? x : nextNormal(stream);
}

/** A draw from the tail beyond the base strip's edge (Marsaglia 1964): exponential, then accepted or not. */
function tail(stream: RandomStream): number {
  for (;;) {
    // 1 − uniform lies in (0, 1], where the logarithm is finite.
    const x = -Math.log(1 - stream.nextUniform()) / TAIL_START;
    const y = -Math.log(1 - stream.nextUniform());
    if (2 * y >= x * x) return TAIL_START + x;
  }
}

function density(x: number): number {
  return Math.exp(-0.5 * x * x);
}
