import type { Fields } from "./fields.js";
import { oneOf, POSITIVE, TEXT, type TextKind, wholeNumber, wholeNumbers } from "./kinds.js";
import { BREAK_LOCK, SEED } from "./shared.js";

/** `direct` draws the weights; `gram` draws what they make of one batch, which has the same distribution. */
export const SAMPLERS = ["direct", "gram"] as const;
export type Sampler = (typeof SAMPLERS)[number];

/** `auto` takes the cheaper of those that can. */
export type SamplerChoice = "auto" | Sampler;
const SAMPLER_CHOICES: readonly SamplerChoice[] = ["auto", ...SAMPLERS];

/** What goes through a convolutional network: Gaussian noise, or CIFAR-10's training images. */
export const SAMPLE_IMAGES = ["gaussian", "cifar10"] as const;
export type SampleImages = (typeof SAMPLE_IMAGES)[number];

/** The numbers that a precision can be asked of, where the sample has them; the last is that of a gradient. */
export const SAMPLE_QUANTITIES = [
  "within",
  "mean-length",
  "skip-slope",
  "branch",
  "last-variance",
  "gradient-norm",
] as const;
export type SampleQuantity = (typeof SAMPLE_QUANTITIES)[number];

/** How many networks are drawn, from which random numbers, and where. */
export interface SampleRun {
  /** Independent networks, each with its own weights and inputs; 8 unless it is set. */
  readonly trials: number;
  /** Instead of `trials`: networks are drawn until the standard error of `quantity` is at most this. */
  readonly precision?: number;
  /** The first of `within` unless it is set; of a sample without path lengths the branch variance. */
  readonly quantity?: SampleQuantity;
  /** The most networks to draw for a precision; 1,000 unless it is set. */
  readonly maxTrials: number;
  /** 0 unless it is set. */
  readonly seed: number;
  /** `auto` takes the cheaper; the path lengths need `direct`. `auto` unless it is set. */
  readonly sampler: SamplerChoice;
  /**
   * Threads, on which the results do not depend; 1, this thread, unless it is set. `auto`: as many as there are cores, unless
   * the work is done sooner than they have started.
   */
  readonly workers: number | "auto";
  /** A file that keeps every finished network: the same call goes on from it, and so does one for more networks. */
  readonly out?: string;
  /** Take `out` from a run on another machine, of which nobody can say from here whether it goes on. */
  readonly breakLock: boolean;
}

/**
 * The fewest trials whose standard error is believed. It is itself known to 1/√(2(n − 1)) of its value: to 27 % from 8
 * trials (docs/statistics.md says what stopping by it does to the error bars).
 */
export const FEWEST_FOR_PRECISION = 8;
/** The most threads, and the most trials: their records are kept in memory. */
const MOST_THREADS = 256;
const MOST_TRIALS = 1_000_000;

const COUNT = wholeNumber(1, MOST_THREADS);
const THREADS: TextKind<number | "auto"> = {
  read: COUNT.read,
  check: (argument, threads) => (threads === "auto" ? threads : COUNT.check(argument, threads)),
};

/** Which of them a sample has is known once it is prepared (chooseQuantity). */
const QUANTITY: TextKind<SampleQuantity> = {
  read: oneOf(SAMPLE_QUANTITIES).read,
  check: (_argument, quantity) => quantity,
};

/** Its settings, in the order of --help; of which numbers the networks are drawn decides what a journal holds. */
export const SAMPLE_RUN: Fields<Partial<SampleRun>, SampleRun> = {
  trials: {
    kind: wholeNumber(1, MOST_TRIALS),
    usual: 8,
    mayChange: true,
    describe: "independent networks, 8 if absent; a verdict needs 3",
  },
  precision: {
    kind: POSITIVE,
    mayChange: true,
    describe: "instead: as many as bring the standard error of --quantity down to this",
  },
  quantity: {
    kind: QUANTITY,
    mayChange: true,
    describe: `${SAMPLE_QUANTITIES.join(", ")}; the first P(K ≤ k) if absent`,
  },
  maxTrials: {
    kind: wholeNumber(FEWEST_FOR_PRECISION, MOST_TRIALS),
    usual: 1000,
    mayChange: true,
    describe: "with --precision: at most; 1,000 if absent",
  },
  seed: SEED,
  sampler: {
    kind: oneOf(SAMPLER_CHOICES),
    default: "auto",
    describe: "direct draws every weight, gram (with --no-paths) what they make of the batch",
  },
  workers: {
    kind: THREADS,
    usual: 1,
    mayChange: true,
    describe: "threads (the same result for any number); the machine's cores if absent",
  },
  out: {
    kind: TEXT,
    mayChange: true,
    describe: "keep every network in this file: the same command goes on from it",
  },
  breakLock: BREAK_LOCK,
};

/** What of the path lengths is reported. */
export interface AskedLengths {
  /** The k of which P(K ≤ k) is compared; the theory's 97 % quantile if absent. */
  readonly within?: readonly number[];
  /** Earlier blocks after which the path lengths are reported too. */
  readonly atBlocks?: readonly number[];
  /** The largest path length that is kept apart from the longer ones; as many as matter if absent. */
  readonly longest?: number;
}

/** Its settings, in the order of --help. */
export const ASKED_LENGTHS: Fields<AskedLengths, AskedLengths> = {
  within: {
    kind: wholeNumbers(0),
    describe: "compare P(K ≤ k) for this k, or several: 10,15; the 97 % quantile if absent",
  },
  atBlocks: {
    kind: wholeNumbers(1),
    flag: "at-block",
    describe: "the path lengths after these blocks too: 100,1000",
  },
  longest: {
    kind: wholeNumber(0),
    describe: "the longest path kept apart from longer ones; as many as matter if absent",
  },
};
