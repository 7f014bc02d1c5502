import type { KernelModule } from "../../src/tensor/kernels/index.js";
import type { BandwidthPoint, Roofs } from "./document.js";

/** Numbers in each of the three arrays: 384 KiB in all, as a second-level cache holds, up to 192 MiB, beyond any cache. */
const ARRAY_FLOATS = [2 ** 15, 2 ** 17, 2 ** 19, 2 ** 21, 2 ** 24];
/** Numbers added in one measurement: some ten milliseconds from memory. */
const MEASURED_FLOATS = 2 ** 24;

/** GFLOP/s of multiply-adds on registers. */
export function multiplyAddGigaflops(kernels: KernelModule): number {
  const rounds = 500_000;
  const floats = kernels.run.multiplyAddPeakScratch();
  const scratch = kernels.scratch(floats);
  kernels.floats(scratch, floats).fill(1e-9);
  const started = performance.now();
  kernels.run.multiplyAddPeak(rounds, scratch);
  // 24 vectors of four sums.
  return (2 * 4 * 24 * rounds) / (performance.now() - started) / 1e6;
}

/** Measures the roofs again and again, and keeps the best. */
export class RoofMeter {
  readonly #kernels: KernelModule;
  #gigaflops = 0;
  readonly #bandwidth: BandwidthPoint[] = ARRAY_FLOATS.map((floats) => ({
    bytes: 12 * floats,
    gigabytesPerSecond: 0,
  }));

  constructor(kernels: KernelModule) {
    this.#kernels = kernels;
  }

  /** The arrays are there only meanwhile. */
  measure(): void {
    this.#gigaflops = Math.max(this.#gigaflops, multiplyAddGigaflops(this.#kernels));
    this.#bandwidth.forEach(({ bytes, gigabytesPerSecond }, index) => {
      const found = bandwidthOf(this.#kernels, ARRAY_FLOATS[index]);
      this.#bandwidth[index] = { bytes, gigabytesPerSecond: Math.max(gigabytesPerSecond, found) };
    });
  }

  get roofs(): Roofs {
    return { gigaflops: this.#gigaflops, bandwidth: [...this.#bandwidth] };
  }
}

function bandwidthOf(kernels: KernelModule, floats: number): number {
  const array = () => kernels.output([floats]);
  const arrays = [array(), array(), array()] as const;
  const pointers = kernels.pointers(...arrays);
  for (const pointer of pointers) kernels.floats(pointer, floats).fill(1);
  const passes = MEASURED_FLOATS / floats;
  const started = performance.now();
  for (let pass = 0; pass < passes; pass++) kernels.run.scaledAdd(...pointers, floats, 1, 1);
  const milliseconds = performance.now() - started;
  for (const output of arrays) kernels.free(output);
  return (12 * MEASURED_FLOATS) / milliseconds / 1e6;
}

/** GB/s at the size of some operands: of the smallest measured size that is not smaller. */
export function bandwidthAt(bytes: number, { bandwidth }: Roofs): number {
  const point = bandwidth.find((one) => one.bytes >= bytes) ?? bandwidth[bandwidth.length - 1];
  return point.gigabytesPerSecond;
}
