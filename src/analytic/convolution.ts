import { requireInteger } from "../network/domain.js";

/**
 * The factor by which zero padding lowers the second moment of a stride-1 convolution's output, averaged over an
 * `size`×`size` map of inputs of equal second moment: the mean share of a kernel's taps that fall inside the map,
 * ((3S−2)/(3S))² for a 3×3 kernel.
 *
 * It takes neighbouring pixels as equally strong; real maps are weaker at the border, so that the factor of a
 * deep network lies slightly above it.
 *
 * @example
 * ```ts
 * zeroPaddingFactor({ size: 32, kernel: 3 }); // 0.958767…
 * ```
 */
export function zeroPaddingFactor(options: { readonly size: number; readonly kernel: number }): number {
  const size = requireInteger("size", options.size, 1);
  const kernel = requireInteger("kernel", options.kernel, 1);
  const reach = (kernel - 1) / 2;
  let inside = 0;
  for (let x = 0; x < size; x++) {
    for (let tap = 0; tap < kernel; tap++) {
      const at = x + tap - Math.floor(reach);
      if (at >= 0 && at < size) inside++;
    }
  }
  return (inside / (size * kernel)) ** 2;
}
