import type { Group } from "./kernel-work.js";

/** GB/s of additions y = a + b whose three arrays take so many bytes together, again and again: the caches answer if they can. */
export interface BandwidthPoint {
  readonly bytes: number;
  readonly gigabytesPerSecond: number;
}

/** What the core can do at most: the best that was measured. */
export interface Roofs {
  /** GFLOP/s of multiply-adds on registers (assembly/multiply-add-peak.ts). */
  readonly gigaflops: number;
  /** By ascending size. */
  readonly bandwidth: readonly BandwidthPoint[];
}

/** Time and work of some calls in one training step. */
export interface Speed {
  readonly calls: number;
  /** The sum of the calls' medians over the steps. */
  readonly milliseconds: number;
  /** Of the sum for all calls and for what lies between them. */
  readonly share: number;
  /** Operations carried out, and credited (kernel-work.ts), a second. */
  readonly gigaflops: number;
  readonly creditedGigaflops: number;
  readonly shareOfPeak: number;
  /** Bytes of the operands, each once, a second. */
  readonly gigabytesPerSecond: number;
  /** Of the bandwidth measured at the operands' size: above 1 where they were in a nearer cache than that. */
  readonly shareOfBandwidth: number;
  /** Which roof is the lower one: the least time for the arithmetic at the peak, or for the bytes at the bandwidth. */
  readonly roof: "arithmetic" | "memory";
  /** That least time over the time taken. */
  readonly shareOfRoof: number;
}

/** The calls of a group that do the same. */
export interface RooflineRow extends Speed {
  readonly group: Group;
  readonly label: string;
}

export interface RooflineStep {
  readonly model: string;
  readonly scheme: string;
  readonly batch: number;
  /** Load average of the last minute when the rounds began. */
  readonly load: number;
  /** How many were taken. */
  readonly steps: number;
  /** The median. */
  readonly milliseconds: number;
  readonly imagesPerSecond: number;
  readonly rows: readonly RooflineRow[];
  readonly groups: readonly (Speed & { readonly group: string })[];
  /** The step without its kernels: the tape, memory, reading numbers back. */
  readonly rest: { readonly milliseconds: number; readonly share: number };
}

/** The document of bench/roofline.ts. */
export interface Roofline {
  readonly kind: "bench";
  readonly name: "roofline";
  readonly measured: string;
  readonly machine: string;
  readonly load: readonly number[];
  readonly node: string;
  readonly respath: string;
  readonly kernels: string;
  readonly exact: boolean;
  readonly rounds: number;
  readonly secondsARound: number;
  readonly imageSize: number;
  readonly roofs: Roofs;
  readonly steps: readonly RooflineStep[];
}
