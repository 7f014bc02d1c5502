import { requireInteger, requirePositive } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { requireOneOf } from "../../network/nearest.js";
import { takesFeatures } from "../../network/plan/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import {
  SAMPLER_CHOICES,
  type SampleQuantity,
  type SamplerChoice,
} from "../../network/settings/sample-run.js";
import { type NetworkOverrides, networkOf } from "../network/resolve-network.js";
import { FEWEST_FOR_PRECISION, type StoppingRule } from "./estimate.js";

/** Real images for a convolutional network. */
export interface SampledImages {
  /** What they are, for the document, such as "cifar10". */
  readonly name: string;
  /** The batch of trial t, [batch, size, size, channels] of mean 0 and second moment 1. */
  readonly batch: (trial: number) => Float32Array;
  /** Of the files that the images come from. */
  readonly checksums: Readonly<Record<string, string>>;
  /**
   * The prediction is the mean over the batches of the first so many trials; 4 if absent. Predicting a batch takes as
   * long as sending it through a narrow network.
   */
  readonly predictedBatches?: number;
}

/** How many networks to draw, and where. */
export interface RunOptions {
  /** Independent networks, each with its own weights and inputs; 8 if absent. */
  readonly trials?: number;
  /** Instead of `trials`: networks are drawn until the standard error of `quantity` is at most this. */
  readonly precision?: number;
  /** The most networks to draw for a precision; 1,000 if absent. */
  readonly maxTrials?: number;
  /** The first of `within` if absent; of a sample without path lengths the branch variance. */
  readonly quantity?: SampleQuantity;
  /** 0 if absent. */
  readonly seed?: number;
  /** `auto` takes the cheaper; the path lengths need `direct`. `auto` if absent. */
  readonly sampler?: SamplerChoice;
  /**
   * Threads, on which the results do not depend; 1, this thread, if absent. `auto`: as many as there are cores, unless
   * the work is done sooner than they have started.
   */
  readonly workers?: number | "auto";
  /** A file that keeps every finished network: the same call goes on from it, and so does one for more networks. */
  readonly out?: string;
  /** Take `out` from a run on another machine, of which nobody can say from here whether it goes on. */
  readonly breakLock?: boolean;
  /** Takes a line about what was found, such as that a run with this `out` was killed. */
  readonly log?: (line: string) => void;
  /** Called after each trial with the number done and the most there may be. */
  readonly onTrial?: (done: number, trials: number) => void;
  /** Called after each trial with what is known of `quantity`. */
  readonly onEstimate?: (estimate: SampleEstimate) => void;
  readonly signal?: AbortSignal;
}

/** What is known of one number while trials run. */
export interface SampleEstimate {
  /** Such as "P(K ≤ 15)". */
  readonly label: string;
  readonly mean: number;
  readonly se: number;
  readonly trials: number;
  /** How much of the work is done, as far as it can be foreseen; 1 at its end. */
  readonly fraction: number;
}

/** Residual networks at initialisation, and how many of them to draw. */
export interface SampleOptions extends NetworkOverrides, RunOptions {
  readonly scheme: ResidualScheme;
  /** Convolutional networks: real images; Gaussian ones if absent. */
  readonly images?: SampledImages;
  /** The k of which P(K ≤ k) is compared; the theory's 97 % quantile if absent. */
  readonly within?: readonly number[];
  /** Normalised networks: the first block of the slope fits; 1 if absent. The first blocks still show real images. */
  readonly slopeFrom?: number;
  /** Earlier blocks after which the path lengths are reported too. */
  readonly atBlocks?: readonly number[];
  /** The largest path length that is kept apart from the longer ones; as many as matter if absent. */
  readonly longest?: number;
}

/** The part of {@link RunOptions} that decides what is drawn, checked. */
export interface ResolvedRun {
  readonly rule: StoppingRule;
  readonly seed: number;
  readonly workers: number | "auto";
  readonly sampler: SamplerChoice;
}

const DEFAULT_TRIALS = 8;
const DEFAULT_MOST_TRIALS = 1000;
/** The most threads, and the most trials: their records are kept in memory. */
const MOST_WORKERS = 256;
const MOST_TRIALS = 1_000_000;

/**
 * The network of the options.
 *
 * @throws InvalidArgumentError as `networkOf` does; for an infinite batch; for real images, unless they fit the network.
 */
export function sampledNetworkOf(options: SampleOptions): SampledNetwork {
  const network = networkOf(options.scheme, options);
  requireInteger("batch", network.batch, 1);
  if (options.images && takesFeatures(network.plan.stem)) {
    throw new InvalidArgumentError("images", options.images.name, "absent for a dense network");
  }
  return network;
}

/**
 * Fills in the defaults of a run.
 *
 * @throws InvalidArgumentError for a value outside its domain, or both a number of trials and a precision.
 */
export function resolveRun(options: RunOptions): ResolvedRun {
  return {
    rule: ruleOf(options),
    seed: requireInteger("seed", options.seed ?? 0, 0),
    workers:
      options.workers === "auto" ? "auto" : requireInteger("workers", options.workers ?? 1, 1, MOST_WORKERS),
    sampler: requireOneOf("sampler", options.sampler ?? "auto", SAMPLER_CHOICES),
  };
}

function ruleOf({ trials, precision, maxTrials }: RunOptions): StoppingRule {
  if (precision === undefined) {
    if (maxTrials !== undefined) {
      throw new InvalidArgumentError(
        "maxTrials",
        maxTrials,
        "given with `precision`, whose number of trials it bounds",
      );
    }
    return { trials: requireInteger("trials", trials ?? DEFAULT_TRIALS, 1, MOST_TRIALS) };
  }
  if (trials !== undefined) {
    throw new InvalidArgumentError(
      "trials",
      trials,
      "absent with `precision`, which decides; `maxTrials` bounds it",
    );
  }
  return {
    precision: requirePositive("precision", precision),
    maxTrials: requireInteger(
      "maxTrials",
      maxTrials ?? DEFAULT_MOST_TRIALS,
      FEWEST_FOR_PRECISION,
      MOST_TRIALS,
    ),
  };
}
