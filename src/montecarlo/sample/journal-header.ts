import { createHash } from "node:crypto";
import { type NetworkPlan, type PerBlock, plannedBlocks, valueAt } from "../../network/plan/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { namedChoices } from "../../network/settings/network-record.js";
import { comparedOf } from "../../network/settings/records.js";
import { SAMPLE_RUN } from "../../network/settings/sample-run.js";
import type { TrialPlan } from "../network/trial-plan.js";
import type { JournalHeader } from "./journal.js";
import type { SampleOptions } from "./options.js";

export interface HeaderOptions extends Pick<SampleOptions, "images"> {
  readonly network: SampledNetwork;
  readonly trials: TrialPlan;
}

/** What determines the trials, in the words of a complaint; long tables as their checksums. */
export function headerOf({ network, trials, images }: HeaderOptions): JournalHeader {
  const { windows, recordedBlocks, shareBlocks } = trials;
  const { scheme, architecture, depth, batch, inputVariance } = network;
  const { kind, ...sizes } = network.shape;
  const { groups, ...choices } = namedChoices(network);
  return {
    backward: trials.isBackward ?? false,
    scheme: scheme.name,
    alpha: scheme.alpha,
    skip: scheme.skip,
    survival: scheme.survivalText,
    architecture: architecture?.name,
    depth,
    ...sizes,
    batch,
    ...choices,
    // As journals have always called it.
    shape: kind === "convolution" ? "convolutional" : kind,
    groups,
    "input variance": inputVariance,
    images: images?.checksums,
    ...comparedOf(SAMPLE_RUN, trials),
    "number of recorded blocks": recordedBlocks.length,
    "blocks with path lengths": shareBlocks,
    "table of scales": checksum(scalesOf(network.plan)),
    "range of path lengths": windows && checksum(windows),
  };
}

/** By the names that journals know them by, all blocks of each. */
function scalesOf(plan: NetworkPlan) {
  const { skip, branch, survival } = plan.scales;
  const table = (values: PerBlock) => Array.from(plannedBlocks(plan), (at) => valueAt(values, at));
  return {
    skipScale: table(skip),
    branchScale: table(branch),
    ...(survival === undefined ? {} : { survival: table(survival) }),
  };
}

function checksum(table: unknown): string {
  return createHash("sha256").update(JSON.stringify(table)).digest("hex").slice(0, 16);
}
