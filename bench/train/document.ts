/** Median, least and greatest over the rounds. */
export interface Range {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** One side's part of a row. */
export interface SideResult {
  /** Images a second. */
  readonly speed: Range;
  /** Convolutions and classifier, counted from the architecture (operations.ts), at the median speed. */
  readonly gflops: number;
  /** The largest resident memory of the process. */
  readonly peakBytes: number;
  /** What the process says about itself. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface TrainBenchRow {
  readonly model: string;
  readonly scheme: string;
  readonly batch: number;
  readonly threads: number;
  /** Load average of the last minute when the rounds began: starting up, and whatever else is running. */
  readonly load: number;
  readonly own: SideResult;
  readonly torch: SideResult | null;
  /** Own images a second over PyTorch's: of the medians, and the range round by round. */
  readonly ratio: Range | null;
}

/** The document of bench/train.ts. */
export interface TrainBench {
  readonly kind: "bench";
  readonly name: "train";
  readonly measured: string;
  readonly machine: string;
  readonly load: readonly number[];
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly respath: string;
  readonly rounds: number;
  readonly secondsARound: number;
  readonly imageSize: number;
  /** GFLOP/s of one core in a 1024×1024 matrix product, by whose it is: the peak that the rows are held against. */
  readonly sgemm: Readonly<Record<string, number>>;
  readonly rows: readonly TrainBenchRow[];
}
