import { parse } from "node:path";
import { extrapolateBatches } from "../../compare/extrapolate-batches.js";
import type {
  ExtrapolatedNumber,
  SampleExtrapolation,
  SampleSize,
} from "../../compare/extrapolate-samples.js";
import { extrapolateWidths } from "../../compare/extrapolate-widths.js";
import type {
  ExtrapolatedRow,
  SampleExtrapolationDocument,
} from "../../network/documents/sample/extrapolation.js";
import type { SampleDocument } from "../../network/documents/sample/path-sample.js";
import type { Comparison } from "../../network/documents/verdict.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { SAMPLE_FORMAT } from "../../network/format.js";
import { resolveJudgement, type SampleOptions, sampledNetworkOf } from "./options.js";
import { prepareSample } from "./prepare-sample.js";
import { drawNetworks } from "./sample-networks.js";
import { theoryOf } from "./theory.js";

export interface SampleSizesOptions extends SampleOptions {
  /** What differs between the samples. Of a convolutional network the width is its channels. */
  readonly along: SampleSize;
  /** Two widths or batch sizes, or more. */
  readonly sizes: readonly number[];
}

/**
 * Samples networks at several widths, or batch sizes, and extrapolates the mean path length and P(K ≤ k) in 1/width, or
 * 1/batch, to the limit. Every size gets the trials, or the precision, of the options, and its own journal: of
 * `run.jsonl` the files `run-width-64.jsonl` and so on.
 *
 * @throws InvalidArgumentError before any work starts, as `sampleNetworks` does for each of the sizes.
 * @example
 * ```ts
 * const scheme = resolveScheme("batchnorm");
 * const sample = await sampleSizes({ scheme, depth: 10, batch: 16, trials: 4, along: "width", sizes: [16, 32] });
 * sample.numbers.map(({ label }) => label); // ["mean length", "P(K ≤ 4)"]
 * ```
 */
export async function sampleSizes(options: SampleSizesOptions): Promise<SampleExtrapolationDocument> {
  const { along, out, onTrial, onEstimate } = options;
  const sizes = [...new Set(options.sizes)].sort((a, b) => a - b);
  if (sizes.length < 2) {
    throw new InvalidArgumentError("sizes", options.sizes.join(), "two different ones or more");
  }
  if (options.trials === 1) {
    throw new InvalidArgumentError("trials", 1, "at least 2 to extrapolate, which goes by their spread");
  }
  const limit = theoryInTheLimit(options, sizes[0]);
  // The same lengths at every size, and of the limit where none are asked for.
  const within = options.within ?? [limit.quantile(0.97)];
  const optionsOf = (size: number): SampleOptions => ({ ...withSize(options, size), within });
  const prepared = sizes.map((size) => prepareSample(optionsOf(size), true));
  options.onPlanned?.();
  const samples: SampleDocument[] = [];
  for (const [index, size] of sizes.entries()) {
    const its: SampleOptions = {
      ...optionsOf(size),
      out: out && journalOf(out, along, size),
      onPlanned: undefined,
      onTrial: (done, trials) => onTrial?.(index * trials + done, sizes.length * trials),
      onEstimate: (estimate) =>
        onEstimate?.({
          ...estimate,
          label: `${along} ${size}: ${estimate.label}`,
          fraction: (index + estimate.fraction) / sizes.length,
        }),
    };
    samples.push(await drawNetworks(its, prepared[index]));
  }
  const theory = {
    meanLength: limit.mean,
    within: Object.fromEntries(within.map((k) => [String(k), limit.cdf(k)])),
  };
  const judgement = resolveJudgement(options);
  const extrapolation =
    along === "width"
      ? extrapolateWidths(samples, judgement)
      : extrapolateBatches(samples, theory, judgement);
  return documentOf(samples, along, extrapolation);
}

/** A number at one size, which is not judged. */
function measuredPart({
  band: _band,
  status: _status,
  biasSeen: _bias,
  ...measured
}: Comparison): Comparison {
  return measured;
}

function withSize(options: SampleSizesOptions, size: number): SampleOptions {
  const { along, convolutional } = options;
  return { ...options, [along === "width" && convolutional ? "channels" : along]: size };
}

/** The law that the intercepts are compared with. */
function theoryInTheLimit(options: SampleSizesOptions, size: number) {
  const network = sampledNetworkOf(withSize(options, size));
  const infinite = options.along === "batch" ? { ...network, batch: Number.POSITIVE_INFINITY } : network;
  return theoryOf(infinite).lawAfter(network.depth);
}

function journalOf(path: string, along: SampleSize, size: number): string {
  const { dir, name, ext } = parse(path);
  return `${dir === "" ? "" : `${dir}/`}${name}-${along}-${size}${ext}`;
}

function documentOf(
  samples: readonly SampleDocument[],
  along: SampleSize,
  { meanLength, within, verdict }: SampleExtrapolation,
): SampleExtrapolationDocument {
  const row = (
    label: string,
    { fit, ...limit }: ExtrapolatedNumber,
    pointOf: (sample: SampleDocument) => Comparison,
  ): ExtrapolatedRow => ({
    label,
    points: samples.map((sample) => measuredPart(pointOf(sample))),
    limit,
    slope: fit.slope,
    slopeError: fit.slopeError,
    chiSquare: fit.chiSquare,
  });
  const [{ network, seed, sampler }] = samples;
  const { [along]: _, ...common } = network;
  return {
    kind: "sample-extrapolation",
    format: SAMPLE_FORMAT,
    along,
    sizes: samples.map((sample) => sample.network[along]),
    trials: samples.map(({ trials }) => trials),
    network: common,
    ...{ seed, sampler },
    numbers: [
      row("mean length", meanLength, (sample) => sample.meanLength),
      ...Object.entries(within).map(([k, number]) =>
        row(`P(K ≤ ${k})`, number, (sample) => sample.within[k]),
      ),
    ],
    verdict,
  };
}
