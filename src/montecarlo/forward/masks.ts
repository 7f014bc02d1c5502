import { plannedBlocks, survivalAt } from "../../network/plan/index.js";
import { openStream } from "../../random/stream.js";
import { type TrialKey, trialStream } from "../layers/trial-stream.js";

/**
 * Stochastic depth: 1 for each block i = 1…d (at i − 1) whose branch this trial keeps, with the probability that the plan says,
 * and 0 for those it leaves out; nothing where every branch is kept. One mask holds for the whole batch, and kept branches are
 * not scaled up, so that an average over trials is one over masks too, each mask weighted by its probability.
 *
 * Drawn from a stream of its own: the weights of a block do not depend on which others are kept.
 */
export function branchMask(trial: TrialKey): Uint8Array | undefined {
  const { plan } = trial.network;
  if (plan.scales.survival === undefined) return undefined;
  const stream = openStream(trialStream(trial, "mask"));
  return Uint8Array.from(plannedBlocks(plan), (at) => (stream.nextUniform() < survivalAt(plan, at) ? 1 : 0));
}
