import type { SampleDocument } from "../../network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../../network/documents/sample/variance-sample.js";
import type { SampleQuantity } from "../../network/settings/sample-run.js";
import type { TrialRecord } from "../forward/trial-record.js";
import { GrowthSums, growthOptions } from "./growth-sums.js";
import { LengthSums, lengthQuantities } from "./judge-sample.js";
import type { SampleOptions } from "./options.js";
import { type PreparedSample, prepareSample } from "./prepare-sample.js";
import { chooseQuantity, growthQuantities, type Quantity, sizeQuantity } from "./quantities.js";
import { runSample } from "./run-sample.js";
import { pathSampleDocument, varianceSampleDocument } from "./sample-document.js";
import { growsSteadily } from "./slopes.js";

/**
 * Samples residual networks at initialisation and measures how much of the output travelled through how many residual
 * branches, beside what an infinitely wide network predicts at the same batch size.
 *
 * Trial t is the same network and the same inputs whatever the number of trials, of threads or of interruptions. Every
 * number comes with the standard error over trials, a p-value and one that is corrected for the numbers judged with it;
 * finite width biases the mean length (docs/statistics.md), which `extrapolateWidths` removes.
 *
 * @throws InvalidArgumentError before any work starts; JournalError when the journal cannot be written; the signal's
 * reason when it is aborted.
 * @example
 * ```ts
 * const sample = await sampleNetworks({ scheme: resolveScheme("batchnorm"), depth: 20, width: 64, trials: 4 });
 * sample.meanLength.theory; // 2.654… of an infinitely wide network at batch 64
 * ```
 */
export async function sampleNetworks(options: SampleOptions): Promise<SampleDocument> {
  return drawNetworks(options, prepareSample(options, true));
}

/** The networks of a sample that is prepared, with their path lengths. */
export async function drawNetworks(
  options: SampleOptions,
  prepared: PreparedSample,
): Promise<SampleDocument> {
  const lengths = new LengthSums<TrialRecord>(prepared);
  return pathSampleDocument({ ...(await draw(options, prepared, lengths)), lengths });
}

/**
 * Samples residual networks at initialisation as {@link sampleNetworks} does, but measures the statistics of their
 * blocks alone, which the Gram sampler draws in O(width) normals a layer.
 *
 * @throws as {@link sampleNetworks} does.
 * @example
 * ```ts
 * const scheme = resolveScheme("batchnorm");
 * const sample = await sampleBlockVariances({ scheme, depth: 20, width: 64, trials: 4 });
 * sample.slopes?.skip.theory; // 1
 * ```
 */
export async function sampleBlockVariances(options: SampleOptions): Promise<VarianceSampleDocument> {
  return varianceSampleDocument(await draw(options, prepareSample(options, false)));
}

async function draw(options: SampleOptions, prepared: PreparedSample, lengths?: LengthSums<TrialRecord>) {
  const quantity = chooseQuantity(options.quantity, quantitiesOf(prepared));
  const { images } = options;
  const growth = new GrowthSums(prepared);
  const sums = {
    add(record: TrialRecord) {
      growth.add(record);
      lengths?.add(record);
    },
  };
  const estimate = await runSample({ ...options, prepared, quantity, sums });
  return { prepared, estimate, images, quantity, growth };
}

/** The quantities by name, the usual one first. */
function quantitiesOf(prepared: PreparedSample): Partial<Record<SampleQuantity, Quantity>> {
  const { moments, lengthsAt } = prepared;
  const end = lengthsAt.at(-1);
  const place = lengthsAt.length - 1;
  const [meanLength, within] = end ? lengthQuantities(end, { within: prepared.within, place }) : [];
  if (!growsSteadily(prepared.network)) {
    return end ? { within, "mean-length": meanLength } : { "last-variance": sizeQuantity(moments) };
  }
  const { branch, skip, lastMovingVariance } = growthQuantities(moments, growthOptions(prepared));
  return {
    ...(end ? { within, "mean-length": meanLength } : {}),
    branch,
    "skip-slope": skip,
    "last-variance": lastMovingVariance,
  };
}
