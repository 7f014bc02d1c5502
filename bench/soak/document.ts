/** What the memory of a process was after so many steps; bytes, as the process stands, without a collection before. */
export interface Sample {
  readonly step: number;
  /** Since the first step. */
  readonly seconds: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  /** Of the first thread's TensorFlow.js. */
  readonly tensors: number;
  readonly buffers: number;
  readonly tensorBytes: number;
  readonly wasmBytes: number;
  /** Of the event loop: timers, files, threads. */
  readonly handles: number;
}

/** The heap and what hangs on it outside of it (external) after a full collection. */
export interface Live {
  readonly step: number;
  readonly bytes: number;
}

/** A straight line through medians (slope.ts). */
export interface Slope {
  /** 10⁶ bytes in 10,000 steps. */
  readonly value: number;
  readonly se: number;
  /** Samples that it is of. */
  readonly samples: number;
}

export interface SoakCase {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly backend: string;
  readonly kernels: string;
  readonly steps: number;
  /** Of the resident memory after the warm-up; null where the run was too short. */
  readonly slope: Slope | null;
  /**
   * `below`: slope and two standard errors are less than the bar; `above`: the slope less two of them is more; `open`: neither,
   * or no slope.
   */
  readonly verdict: "below" | "above" | "open";
  /** After the warm-up and at the end, and the difference in 10⁶ bytes in 10,000 steps. */
  readonly live: { readonly first: Live; readonly last: Live; readonly growth: number } | null;
  readonly samples: readonly Sample[];
}

/** The document of bench/soak.ts. */
export interface SoakBench {
  readonly kind: "bench";
  readonly name: "soak";
  readonly measured: string;
  readonly machine: string;
  readonly load: readonly number[];
  readonly node: string;
  readonly respath: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly minutes: number;
  readonly warmupMinutes: number;
  /** 10⁶ bytes in 10,000 steps. */
  readonly bar: number;
  /** Of each of the two halves of V8's young generation, which is fixed. */
  readonly youngMegabytes: number;
  readonly cases: readonly SoakCase[];
}
