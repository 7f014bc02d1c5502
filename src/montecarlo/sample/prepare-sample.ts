import type { Attribution } from "../../network/documents/sample/blocks.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { largest } from "../../network/extremes.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import type { Judgement } from "../../network/settings/judgement.js";
import type { AskedLengths } from "../../network/settings/sample-run.js";
import type { LengthWindow } from "../../tensor/components/index.js";
import { centresTheBatch } from "../forward/trial.js";
import { requireMemory } from "../network/memory.js";
import { recordedBlocks } from "../network/recorded-blocks.js";
import { chooseSampler, requireSampler } from "../network/sampler.js";
import type { TrialPlan } from "../network/trial-plan.js";
import { lengthWindows } from "../network/window.js";
import type { LengthLaw } from "./average-law.js";
import { drawnNetwork } from "./drawn-network.js";
import type { JournalHeader } from "./journal.js";
import { headerOf } from "./journal-header.js";
import type { LengthsAt } from "./judge-sample.js";
import {
  askedLengths,
  type ResolvedRun,
  resolveJudgement,
  resolveRun,
  type SampleOptions,
  sampledNetworkOf,
} from "./options.js";
import type { BlockStatisticsPrediction } from "./quantities.js";
import { firstOfSlope } from "./slopes.js";
import { type NetworkTheory, theoryOf } from "./theory.js";

/** A sample of which everything is checked and nothing is drawn yet. */
export interface PreparedSample {
  readonly network: SampledNetwork;
  /** What the theory says of the recorded blocks. The rest of it, which may be large, is let go. */
  readonly moments: BlockStatisticsPrediction;
  readonly plan: TrialPlan;
  readonly run: ResolvedRun;
  readonly attribution: Attribution;
  /** How its numbers are judged. */
  readonly judgement: Judgement;
  /** The first block of the slope fits. */
  readonly slopeFrom: number;
  /** The k of P(K ≤ k); none without path lengths. */
  readonly within: readonly number[];
  /** Where shares are recorded, ascending; the last is the end of the network. None without path lengths. */
  readonly lengthsAt: readonly LengthsAt[];
  /** What a journal of these trials begins with. */
  readonly header: JournalHeader;
}

/** The mass beyond `longest` that may be lumped together. */
const MOST_BEYOND = 1e-6;

/**
 * Checks the options and works out what every trial needs.
 *
 * @throws InvalidArgumentError for what cannot be sampled, naming what could.
 */
export function prepareSample(options: SampleOptions, isPathResolved: boolean): PreparedSample {
  const network = sampledNetworkOf(options);
  const run = resolveRun(options);
  const judgement = resolveJudgement(options);
  const theory = theoryOf(network, imagesOf(options, run));
  const { within, lengthsAt, windows } = isPathResolved
    ? preparePaths(options, network, theory)
    : { within: [], lengthsAt: [], windows: undefined };
  const sampler = run.sampler === "auto" ? chooseSampler(network, isPathResolved) : run.sampler;
  requireSampler(sampler, network, isPathResolved);
  const plan: TrialPlan = {
    network: drawnNetwork(network, () => theory),
    seed: run.seed,
    sampler,
    windows,
    recordedBlocks: Array.from(recordedBlocks(network.depth)),
    shareBlocks: lengthsAt.map(({ block }) => block),
  };
  const attribution = centresTheBatch(network.plan) ? "covariance" : "second-moment";
  const { recordedBlocks: recorded } = plan;
  const moments = theory.at(Int32Array.from(recorded));
  const slopeFrom = firstOfSlope({ slopeFrom: options.slopeFrom, network, recordedBlocks: recorded });
  const header = headerOf({ network, trials: plan, images: options.images });
  return { network, moments, plan, run, attribution, judgement, slopeFrom, within, lengthsAt, header };
}

/** What is reported of the path lengths, and which of them are kept apart. */
function preparePaths(options: SampleOptions, network: SampledNetwork, theory: NetworkTheory) {
  const asked = askedLengths(options);
  const { longest } = asked;
  const { profile } = theory;
  const law = theory.lawAfter(network.depth);
  if (longest !== undefined) requireLongest(longest, law);
  const within = withinOf(asked, law);
  const windowsOf = (atLeast: number) => lengthWindows({ profile, atLeast });
  return {
    within,
    lengthsAt: lengthsAtOf(asked, network, theory),
    windows: limitedWindows(windowsOf, { network, within, longest }),
  };
}

/** These batches stand for all, where no number is given. */
const PREDICTED_BATCHES = 4;

function imagesOf({ images }: SampleOptions, { rule }: ResolvedRun): Float32Array[] {
  if (!images) return [];
  const { predictedBatches = PREDICTED_BATCHES } = images;
  const most = requireInteger("images.predictedBatches", predictedBatches, 1);
  const batches = "trials" in rule ? Math.min(rule.trials, most) : most;
  return Array.from({ length: batches }, (_, trial) => images.batch(trial));
}

/** The k of P(K ≤ k), none of them for an empty list; the 97 % quantile where there is no list. */
export function withinOf({ within, longest }: AskedLengths, law: LengthLaw): readonly number[] {
  const asked = within ?? [law.quantile(0.97)];
  return asked.map((k) => requireInteger("within", k, 0, longest));
}

function lengthsAtOf(
  { atBlocks = [] }: AskedLengths,
  network: SampledNetwork,
  theory: NetworkTheory,
): LengthsAt[] {
  const { depth } = network;
  const earlier = [...new Set(atBlocks.map((block) => requireInteger("atBlocks", block, 1, depth)))]
    .filter((block) => block < depth)
    .sort((a, b) => a - b);
  return [...earlier, depth].map((block) => ({
    block,
    law: theory.lawAfter(block),
    suffix: block === depth ? "" : ` after block ${block}`,
  }));
}

export interface WindowLimits {
  readonly network: SampledNetwork;
  readonly within: readonly number[];
  readonly longest?: number;
}

/**
 * The path lengths kept apart after each block, of the windows that hold at least some length: those of `within` are, and
 * none beyond `longest`. Refuses more of them than there is memory for.
 */
export function limitedWindows(
  windowsOf: (atLeast: number) => readonly LengthWindow[],
  { network, within, longest }: WindowLimits,
): readonly LengthWindow[] {
  const all = windowsOf(Math.min(network.depth, largest(within, longest ?? 0) + 1));
  const most = longest === undefined ? Number.POSITIVE_INFINITY : longest + 1;
  const windows = all.map(({ low, high }) => ({ low: Math.min(low, most), high: Math.min(high, most) }));
  const components = largest(windows.map(({ low, high }) => high - low + 1));
  requireMemory(network, { components });
  return windows;
}

/** Refuses a longest path beyond which there is too much of the law. */
export function requireLongest(longest: number, law: LengthLaw): void {
  const beyond = law.sf(longest);
  if (beyond <= MOST_BEYOND) return;
  let enough = law.quantile(1 - MOST_BEYOND);
  while (law.sf(enough) > MOST_BEYOND) enough++;
  const allowed = `at least ${enough} (${beyond.toPrecision(2)} of the mass is in longer paths, and ${MOST_BEYOND} may be)`;
  throw new InvalidArgumentError("longest", longest, allowed);
}
