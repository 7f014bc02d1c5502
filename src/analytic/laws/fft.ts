/** cos and −sin of 2πj/n for j < n/2, from the library functions: no recurrence, so each is right to one unit. */
const twiddles = new Map<number, { cosine: Float64Array; sine: Float64Array }>();

function twiddlesOf(n: number): { cosine: Float64Array; sine: Float64Array } {
  let known = twiddles.get(n);
  if (!known) {
    const angle = (_: unknown, j: number) => (2 * Math.PI * j) / n;
    known = {
      cosine: Float64Array.from({ length: n / 2 }, (v, j) => Math.cos(angle(v, j))),
      sine: Float64Array.from({ length: n / 2 }, (v, j) => -Math.sin(angle(v, j))),
    };
    twiddles.set(n, known);
  }
  return known;
}

/** The discrete Fourier transform in place, radix 2; the length is a power of two. */
export function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const [x, y] = [re[i], im[i]];
      re[i] = re[j];
      im[i] = im[j];
      re[j] = x;
      im[j] = y;
    }
  }
  const { cosine, sine } = twiddlesOf(n);
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let j = 0; j < half; j++) {
        const a = start + j;
        const b = a + half;
        const c = cosine[j * stride];
        const s = sine[j * stride];
        const x = re[b] * c - im[b] * s;
        const y = re[b] * s + im[b] * c;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

/**
 * The convolution of two real lists through one complex transform: the imaginary part of (a + ib)² is 2ab.
 *
 * Error: absolute, at most 8·2⁻⁵³·log₂(n)·(‖a‖² + ‖b‖²) an entry for transform length n (Higham 2002, theorem 24.2,
 * forward and backward transform and the squaring).
 */
export function fftConvolve(a: Float64Array, b: Float64Array): { values: Float64Array; error: number } {
  const length = a.length + b.length - 1;
  const n = 2 ** Math.ceil(Math.log2(length));
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  re.set(a);
  im.set(b);
  fft(re, im);
  for (let k = 0; k < n; k++) {
    const [x, y] = [re[k], im[k]];
    re[k] = x * x - y * y;
    // Conjugated, so that the forward transform inverts.
    im[k] = -2 * x * y;
  }
  fft(re, im);
  const values = new Float64Array(length);
  for (let k = 0; k < length; k++) values[k] = -im[k] / (2 * n);
  const square = (list: Float64Array) => list.reduce((sum, x) => sum + x * x, 0);
  return { values, error: 8 * 2 ** -53 * Math.log2(n) * (square(a) + square(b)) };
}
