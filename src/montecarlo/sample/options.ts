import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { takesFeatures } from "../../network/plan/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import { checkFields } from "../../network/settings/fields.js";
import { JUDGEMENT, type Judgement } from "../../network/settings/judgement.js";
import {
  ASKED_LENGTHS,
  type AskedLengths,
  SAMPLE_RUN,
  type SampleRun,
} from "../../network/settings/sample-run.js";
import { type NetworkOverrides, networkOf } from "../network/resolve-network.js";
import type { StoppingRule } from "./estimate.js";

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
export interface RunOptions extends Partial<SampleRun> {
  /** Takes a line about what was found, such as that a run with this `out` was killed. */
  readonly log?: (line: string) => void;
  /**
   * Called when everything is checked and planned, before anything is drawn or written. Planning does not wait for anything, so
   * that no signal is seen before: of a network of 10⁷ blocks it may take a minute.
   */
  readonly onPlanned?: () => void;
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
export interface SampleOptions extends NetworkOverrides, RunOptions, AskedLengths, Partial<Judgement> {
  readonly scheme: ResidualScheme;
  /** Convolutional networks: real images; Gaussian ones if absent. */
  readonly images?: SampledImages;
  /** Normalised networks: the first block of the slope fits; 1 if absent. The first blocks still show real images. */
  readonly slopeFrom?: number;
}

/** The part of {@link RunOptions} that decides what is drawn, checked. */
export interface ResolvedRun extends Pick<SampleRun, "seed" | "workers" | "sampler"> {
  readonly rule: StoppingRule;
}

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
  requireOneRule(options);
  const run = checkFields({ fields: SAMPLE_RUN, settings: options, argumentOf: (name) => name });
  const { trials, precision, maxTrials, seed, workers, sampler } = run;
  const rule = precision === undefined ? { trials } : { precision, maxTrials };
  return { rule, seed, workers, sampler };
}

/**
 * What of the path lengths is to be reported, each number checked by itself.
 *
 * @throws InvalidArgumentError for a value outside its domain.
 */
export function askedLengths(options: AskedLengths): AskedLengths {
  return checkFields({ fields: ASKED_LENGTHS, settings: options, argumentOf: (name) => name });
}

/**
 * How the numbers of a sample are judged, with the defaults.
 *
 * @throws InvalidArgumentError for a value outside its domain.
 */
export function resolveJudgement(options: Partial<Judgement>): Judgement {
  return checkFields({ fields: JUDGEMENT, settings: options, argumentOf: (name) => name });
}

function requireOneRule({ trials, precision, maxTrials }: RunOptions): void {
  if (precision === undefined && maxTrials !== undefined) {
    throw new InvalidArgumentError(
      "maxTrials",
      maxTrials,
      "given with `precision`, whose number of trials it bounds",
    );
  }
  if (precision !== undefined && trials !== undefined) {
    throw new InvalidArgumentError(
      "trials",
      trials,
      "absent with `precision`, which decides; `maxTrials` bounds it",
    );
  }
}
