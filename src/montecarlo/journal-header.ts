import { createHash } from "node:crypto";
import { type NetworkPlan, tableOf } from "../network/plan/index.js";
import type { SampledNetwork } from "../network/sampled-network.js";
import { namedChoices } from "../network/settings/sample-settings.js";
import type { JournalHeader } from "./journal.js";
import type { SampleOptions } from "./options.js";
import type { TrialPlan } from "./trial-plan.js";

export interface HeaderOptions extends Pick<SampleOptions, "images"> {
  readonly network: SampledNetwork;
  readonly trials: TrialPlan;
}

/** What determines the trials, in the words of a complaint; long tables as their checksums. */
export function headerOf({ network, trials, images }: HeaderOptions): JournalHeader {
  const { seed, sampler, windows, recordedBlocks, shareBlocks } = trials;
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
    shape: kind,
    groups,
    "input variance": inputVariance,
    images: images?.checksums,
    seed,
    sampler,
    "number of recorded blocks": recordedBlocks.length,
    "blocks with path lengths": shareBlocks,
    "table of scales": checksum(scalesOf(network.plan)),
    "range of path lengths": windows && checksum(windows),
  };
}

/** By the names that journals know them by. */
function scalesOf(plan: NetworkPlan) {
  const { skip, branch, survival } = plan.scales;
  return {
    skipScale: tableOf(plan, skip),
    branchScale: tableOf(plan, branch),
    ...(survival === undefined ? {} : { survival: tableOf(plan, survival) }),
  };
}

function checksum(table: unknown): string {
  return createHash("sha256")
    .update(
      JSON.stringify(table, (_key, value) =>
        ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
      ),
    )
    .digest("hex")
    .slice(0, 16);
}
