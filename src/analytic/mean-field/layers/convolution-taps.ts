/** A convolution of square maps with (kernel − 1)/2 zeros on every side. */
export interface ConvolutionGeometry {
  /** Side of the maps it is given; it returns maps of side ⌈size/stride⌉. */
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
}

/** ⟨source(sp + t)⟩_t at each output site p, over all taps t, 0 outside the map; maps [count, size, size] one by one. */
export function averageOverTaps(source: Float64Array, geometry: ConvolutionGeometry): Float64Array {
  const { size, kernel, stride } = geometry;
  const side = Math.ceil(size / stride);
  const reach = (kernel - 1) / 2;
  // A square kernel of equal taps sums along the rows and then down the columns.
  const along = new Float64Array((source.length / size) * side);
  for (let line = 0, at = 0; line < source.length; line += size) {
    for (let x = 0; x < side; x++, at++) {
      const [first, last] = [Math.max(0, x * stride - reach), Math.min(size - 1, x * stride + reach)];
      for (let column = first; column <= last; column++) along[at] += source[line + column];
    }
  }
  const average = outputsFor(source, geometry);
  for (let map = 0, at = 0; map < along.length; map += size * side) {
    for (let y = 0; y < side; y++, at += side) {
      const [first, last] = [Math.max(0, y * stride - reach), Math.min(size - 1, y * stride + reach)];
      for (let row = first; row <= last; row++) {
        for (let x = 0; x < side; x++) average[at + x] += along[map + row * side + x] / kernel ** 2;
      }
    }
  }
  return average;
}

/** ⟨source(sp + t) · mean over p' of source(sp' + t)⟩_t: the covariance with the mean where that of two sites is a product. */
export function pairOverTaps(source: Float64Array, geometry: ConvolutionGeometry): Float64Array {
  const average = outputsFor(source, geometry);
  const taken = outputsFor(source, geometry);
  const taps = geometry.kernel ** 2;
  for (let tap = 0; tap < taps; tap++) {
    takeTap(taken, source, { ...geometry, tap });
    let mean = 0;
    for (let p = 0; p < taken.length; p++) mean += taken[p] / taken.length;
    const scale = mean / taps;
    if (scale === 0) continue;
    for (let p = 0; p < average.length; p++) average[p] += scale * taken[p];
  }
  return average;
}

/** How many output sites read each site of one map. */
export function readersOf(geometry: ConvolutionGeometry): Float64Array {
  const { size, kernel, stride } = geometry;
  const reach = (kernel - 1) / 2;
  // Along one axis; a kernel is square.
  const along = new Float64Array(size);
  for (let output = 0; output < Math.ceil(size / stride); output++) {
    for (let tap = 0; tap < kernel; tap++) {
      const at = output * stride + tap - reach;
      if (at >= 0 && at < size) along[at]++;
    }
  }
  return Float64Array.from({ length: size * size }, (_, p) => along[Math.floor(p / size)] * along[p % size]);
}

function outputsFor(source: Float64Array, { size, stride }: ConvolutionGeometry): Float64Array {
  return new Float64Array((source.length / (size * size)) * Math.ceil(size / stride) ** 2);
}

/** target(p) = source(sp + t) for one tap t, 0 where that lies outside the map. */
function takeTap(
  target: Float64Array,
  source: Float64Array,
  options: ConvolutionGeometry & { readonly tap: number },
): void {
  const { size, kernel, stride, tap } = options;
  const side = Math.ceil(size / stride);
  const reach = (kernel - 1) / 2;
  const down = Math.floor(tap / kernel) - reach;
  const right = (tap % kernel) - reach;
  for (let p = 0, map = 0; p < target.length; map += size * size) {
    for (let y = 0; y < side; y++) {
      const row = y * stride + down;
      const isRowInside = row >= 0 && row < size;
      const start = map + row * size;
      for (let x = 0; x < side; x++, p++) {
        const column = x * stride + right;
        target[p] = isRowInside && column >= 0 && column < size ? source[start + column] : 0;
      }
    }
  }
}
