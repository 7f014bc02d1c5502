/** Result documents for the tests of the pictures: from the closed forms where there is one, else seeded noise. */
import {
  binomialLaw,
  compareDesign,
  compareSchemes,
  deepestNetwork,
  largestAlpha,
  measuredPathLengths,
  pathLengths,
  predictProfile,
  resolveScheme,
  zeroPaddingFactor,
} from "../../src/analytic/index.js";
import type { ComparisonDocument } from "../../src/network/documents/comparison.js";
import type { ProbeDocument, ProbesDocument } from "../../src/network/documents/probe.js";
import type { BackwardSampleDocument } from "../../src/network/documents/sample/backward-sample.js";
import type { SampleExtrapolationDocument } from "../../src/network/documents/sample/extrapolation.js";
import type { SampleDocument } from "../../src/network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../../src/network/documents/sample/variance-sample.js";
import type { Comparison, SampledSeries } from "../../src/network/documents/verdict.js";
import type {
  MeasuredBlock,
  PathLengthsDocument,
  ResultDocument,
  RunDocument,
  TrainabilityDocument,
  ValidationDocument,
  VarianceProfileDocument,
} from "../../src/network/documents.js";
import { SCHEME_NAMES, type SchemeName } from "../../src/network/schemes/index.js";
import { type ProfileOrigin, variances } from "../../src/network/variance-profile.js";
import { openStream } from "../../src/random/stream.js";

interface Of {
  readonly scheme: SchemeName;
  readonly depth: number;
  readonly inputVariance?: number;
  readonly alpha?: number;
}

function schemeOf({ scheme, alpha }: Of) {
  return resolveScheme(scheme, alpha === undefined ? undefined : { text: String(alpha), scale: () => alpha });
}

/** Standard normals (Box and Muller), keyed by their purpose. */
function noise(purpose: string): () => number {
  const stream = openStream({ seed: 7, purpose });
  return () =>
    Math.sqrt(-2 * Math.log(1 - stream.nextUniform())) * Math.cos(2 * Math.PI * stream.nextUniform());
}

export function pathLengthsDocument(of: Of & { readonly within?: number }): PathLengthsDocument {
  const { scheme, depth, inputVariance = 1, within = 15 } = of;
  const law = (by: number) => pathLengths(predictProfile({ scheme: schemeOf(of), depth, inputVariance: by }));
  const lengths = law(inputVariance);
  const pmf = lengths.pmfUntil(1e-12);
  const other = inputVariance === 0 ? 1 : 0;
  return {
    kind: "path-lengths",
    scheme,
    ...(of.alpha === undefined ? {} : { alpha: String(of.alpha) }),
    activation: "linear",
    depth,
    inputVariance,
    // Every one of these schemes with a normaliser has branches of variance 1.
    ...(scheme === "batchnorm" ? { inputOverBranch: inputVariance } : {}),
    mean: lengths.mean,
    variance: lengths.variance,
    within: { [within]: lengths.cdf(within) },
    beyond: { [within]: lengths.sf(within) },
    quantiles: { "0.5": lengths.quantile(0.5), "0.97": lengths.quantile(0.97) },
    pmf,
    omittedMass: lengths.sf(pmf.length - 1),
    ...(scheme === "batchnorm"
      ? { otherInput: { inputVariance: other, within: { [within]: law(other).cdf(within) } } }
      : {}),
  };
}

export function varianceProfileDocument(of: Of): VarianceProfileDocument {
  const { scheme, depth, inputVariance = 1 } = of;
  const { skip, branch } = variances(predictProfile({ scheme: schemeOf(of), depth, inputVariance }));
  const orNull = (value: number) => (Number.isFinite(value) ? value : null);
  const overflow = skip.findIndex((s, index) => !Number.isFinite(s + branch[index]));
  return {
    kind: "variance-profile",
    scheme,
    ...(of.alpha === undefined ? {} : { alpha: String(of.alpha) }),
    activation: "linear",
    depth,
    inputVariance,
    ...(scheme === "batchnorm" ? { inputOverBranch: inputVariance } : {}),
    skip: skip.map(orNull),
    branch: branch.map(orNull),
    overflowBlock: overflow < 0 ? null : overflow + 1,
  };
}

function comparison(theory: number, se: number, draw: () => number): Comparison {
  const z = draw();
  return { mean: theory + se * z, se, theory, z };
}

function noisy(theory: readonly number[], relative: number, purpose: string): SampledSeries {
  const draw = noise(purpose);
  const se = theory.map((value) => relative * Math.max(value, 1e-4));
  return { mean: theory.map((value, index) => value + se[index] * draw()), se };
}

export function sampleDocument(of: Of = { scheme: "batchnorm", depth: 100 }): SampleDocument {
  const { scheme, depth } = of;
  const { skip, branch } = variances(predictProfile({ scheme: schemeOf(of), depth }));
  const lengths = pathLengths(predictProfile({ scheme: schemeOf(of), depth }));
  const last = Math.min(depth, 20);
  const shares = Array.from({ length: last + 1 }, (_, k) => (k < last ? lengths.pmf(k) : lengths.sf(k - 1)));
  const draw = noise("comparisons");
  const empty = { mean: skip.map(() => 0), se: skip.map(() => 0) };
  return {
    kind: "sample",
    format: 3,
    network: {
      scheme,
      ...(of.alpha === undefined ? {} : { alpha: String(of.alpha) }),
      activation: "linear",
      depth,
      width: 128,
      inputDimension: 100,
      batch: 64,
    },
    seed: 0,
    trials: 20,
    attribution: "covariance",
    skip: noisy(skip, 0.02, "skip"),
    branch: noisy(branch, 0.02, "branch"),
    skipSecondMoment: noisy(skip, 0.02, "second"),
    branchSecondMoment: noisy(branch, 0.02, "branch second"),
    movingMeanSquared: empty,
    movingVariance: noisy(skip, 0.02, "moving"),
    shares: noisy(shares, 0.04, "shares"),
    meanLength: comparison(lengths.mean, 0.014, draw),
    within: { "15": comparison(lengths.cdf(15), 0.002, draw) },
    predicted: { skip, branch, movingMeanSquared: skip.map(() => 0), shares },
    verdict: { status: "agrees", reason: "every number lies within three standard errors of its theory" },
  };
}

export function varianceSampleDocument(of: Of = { scheme: "batchnorm", depth: 100 }): VarianceSampleDocument {
  const { kind, shares, meanLength, within, predicted, ...rest } = sampleDocument(of);
  const { shares: _, ...blocks } = predicted;
  const draw = noise("slopes by block");
  const slope = comparison(1, 0.01, draw);
  return {
    kind: "variance-sample",
    ...rest,
    sampler: "gram",
    slopes: { skip: slope, skipSecondMoment: slope, movingMeanSquared: comparison(0, 0.001, draw) },
    predicted: blocks,
  };
}

export function backwardSampleDocument(of: Of): BackwardSampleDocument {
  const { format, network, trials, seed, ...rest } = sampleDocument(of);
  const { depth } = network;
  const { skip, branch } = variances(predictProfile({ scheme: schemeOf(of), depth }));
  // Back through block i the squared norm grows as 1 + branch/skip does for linear branches.
  let log = 0;
  const logSquaredNorm = skip
    .map((_, index) => {
      log += Math.log1p(branch[depth - 1 - index] / skip[depth - 1 - index]);
      return log;
    })
    .reverse();
  return {
    kind: "backward-sample",
    ...{ format, network, trials, seed },
    squaredNorm: noisy(logSquaredNorm.map(Math.exp), 0.03, "norms"),
    growth: comparison(1, 0.02, noise("growth")),
    shares: rest.shares,
    meanLength: rest.meanLength,
    within: rest.within,
    predicted: { logSquaredNorm, shares: rest.predicted.shares },
    verdict: rest.verdict,
  };
}

/** Samples whose mean length is off by −6/width, or moves with the batch size as its theory does. */
export function extrapolationDocument(along: "width" | "batch"): SampleExtrapolationDocument {
  const sizes = along === "width" ? [32, 64, 128, 256, 512] : [16, 64, 256];
  const draw = noise(`sizes of ${along}`);
  const row = (label: string, limit: number, slope: number) => ({
    label,
    points: sizes.map((size) => {
      const theory = limit + (along === "batch" ? slope / size : 0);
      const se = 0.002 + Math.abs(slope) / 600;
      const mean = limit + slope / size + se * draw();
      return { mean, se, theory, z: (mean - theory) / se };
    }),
    limit: comparison(limit, 0.003 + Math.abs(slope) / 500, draw),
    slope,
    slopeError: Math.abs(slope) / 6,
    chiSquare: 2.5,
  });
  return {
    kind: "sample-extrapolation",
    format: 3,
    along,
    sizes,
    trials: sizes.map(() => 40),
    network: {
      ...(along === "width" ? { batch: 64 } : { width: 128 }),
      scheme: "batchnorm",
      activation: "relu",
      depth: 100,
      inputDimension: 100,
    },
    seed: 0,
    numbers: [row("mean length", 4.197, along === "width" ? -6 : 0.6), row("P(K ≤ 7)", 0.949, 0.4)],
    verdict: { status: "agrees", reason: "every number lies within three standard errors of its theory" },
  };
}

/** A convolutional ReLU network on images. */
export function imageSampleDocument(depth = 32): VarianceSampleDocument {
  const padding = zeroPaddingFactor({ size: 32, kernel: 3 });
  const slopes = {
    skip: (1 - 1 / Math.PI) * padding,
    skipSecondMoment: padding,
    movingMeanSquared: padding / Math.PI,
  };
  const draw = noise("slopes");
  const line = (slope: number) => Array.from({ length: depth }, (_, index) => 1 + slope * index);
  return {
    kind: "variance-sample",
    format: 3,
    network: {
      scheme: "batchnorm",
      activation: "relu",
      depth,
      width: 64,
      imageSize: 32,
      images: "cifar10",
      dataChecksums: { "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25" },
      batch: 32,
    },
    attribution: "covariance",
    trials: 4,
    seed: 0,
    skip: noisy(line(slopes.skip), 0.015, "conv skip"),
    branch: noisy(line(0), 0.015, "conv branch"),
    skipSecondMoment: noisy(line(slopes.skipSecondMoment), 0.015, "conv second"),
    movingMeanSquared: noisy(line(slopes.movingMeanSquared), 0.015, "conv mean"),
    slopeFrom: 4,
    slopes: {
      skip: comparison(slopes.skip, 0.008, draw),
      skipSecondMoment: comparison(slopes.skipSecondMoment, 0.006, draw),
      movingMeanSquared: comparison(slopes.movingMeanSquared, 0.009, draw),
    },
    predicted: {
      skip: line(slopes.skip),
      branch: line(0),
      skipSecondMoment: line(slopes.skipSecondMoment),
      movingMeanSquared: line(slopes.movingMeanSquared),
    },
    verdict: { status: "agrees", reason: "the three slopes lie within three standard errors of theirs" },
  };
}

/** The same as it was written when it had a kind of its own. */
export function convolutionalSampleDocument(depth = 32) {
  const { network, format, attribution, predicted, ...sample } = imageSampleDocument(depth);
  const { width, activation, images, ...settings } = network;
  return {
    ...sample,
    ...settings,
    kind: "convolutional-sample",
    channels: width,
    predicted: { paddingFactor: zeroPaddingFactor({ size: 32, kernel: 3 }), ...predicted },
  };
}

export interface RunOf {
  readonly scheme?: SchemeName;
  readonly alpha?: string;
  readonly outcome?: RunDocument["outcome"];
  /** The loss the run goes towards. */
  readonly towards?: number;
  readonly steps?: number;
  readonly depth?: number;
  readonly learningRate?: number;
}

export function runDocument(of: RunOf = {}): RunDocument {
  const { scheme = "batchnorm", alpha, outcome = "trained", towards = 1.5, steps = 150, depth = 48 } = of;
  const draw = noise(`loss ${scheme} ${alpha ?? ""}`);
  const lossCurve: (number | null)[] =
    outcome === "diverged"
      ? [2.31, 4e7, null]
      : Array.from(
          { length: steps },
          (_, step) => towards + (2.35 - towards) * Math.exp(-step / 40) + 0.08 * draw(),
        );
  const profile = (scale: number): MeasuredBlock[] => {
    const { skip, branch } = variances(
      predictProfile({
        scheme: resolveScheme(
          scheme,
          alpha === undefined ? undefined : { text: alpha, scale: () => Number(alpha) },
        ),
        depth,
      }),
    );
    return skip.map((s, index) => ({
      block: index + 1,
      stage: 1 + Math.floor((3 * index) / depth),
      transition: index > 0 && index % (depth / 3) === 0,
      skip: s * scale,
      branch: branch[index] * scale ** 2,
    }));
  };
  const blank = (blocks: MeasuredBlock[]) =>
    outcome === "diverged"
      ? blocks.map((block) => ({
          ...block,
          skip: null as unknown as number,
          branch: null as unknown as number,
        }))
      : blocks;
  return {
    kind: "run",
    model: "wrn-100-1",
    scheme,
    ...(alpha === undefined ? {} : { alpha }),
    depth,
    parameters: 123456,
    batch: 64,
    learningRate: of.learningRate ?? 0.1,
    seed: 0,
    imageSize: 16,
    outcome,
    reason:
      outcome === "diverged"
        ? "The loss was not finite at step 3."
        : "The last 20 steps lie below chance by over 0.1.",
    steps: lossCurve.length,
    loss: { first: lossCurve[0], last: lossCurve.at(-1) ?? null },
    lossCurve,
    testAccuracy: outcome === "diverged" ? null : 0.412,
    testImages: 1000,
    imagesPerSecond: { median: 250, min: 200, max: 260 },
    profile: { before: profile(1), after: blank(profile(1.4)) },
    dataChecksums: { "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25" },
  };
}

export function trainabilityDocument(): TrainabilityDocument {
  return {
    kind: "trainability",
    runs: [
      runDocument({ scheme: "batchnorm", towards: 1.7 }),
      runDocument({ scheme: "skipinit", alpha: "0.14", towards: 1.9, learningRate: 0.1 }),
      runDocument({ scheme: "skipinit", alpha: "0", towards: 1.95 }),
      runDocument({ scheme: "skipinit", alpha: "1", outcome: "diverged" }),
      runDocument({ scheme: "sqrt2", outcome: "stalled", towards: 2.31 }),
    ],
  };
}

/** A report of before there were margins. */
export function olderValidationDocument(): ValidationDocument {
  const numbers = (labels: readonly string[], purpose: string) => {
    const draw = noise(purpose);
    return labels.map((label) => {
      const z = draw();
      return { label, value: 4 + 0.014 * z, se: 0.014, theory: 4, z };
    });
  };
  return {
    kind: "validation",
    format: 2,
    quick: false,
    seed: 0,
    claims: [
      {
        id: "paths",
        title: "97 % from paths of 15 branches or fewer",
        statement:
          "In a network of 10,000 residual blocks, 97 % of the variance comes from paths of 15 branches or fewer.",
        numbers: [
          { label: "P(K ≤ 15), p_i = 1/i", value: 0.970198694126433, theory: 0.970198694126433 },
          { label: "P(K ≤ 15), p_i = 1/(i+1)", value: 0.985268503086453, theory: 0.985268503086453 },
        ],
        verdict: { status: "agrees", reason: "Both inputs give the reference to 12 digits." },
        scaledDown: [],
        pictures: ["path-lengths"],
      },
      {
        id: "depth",
        title: "Variance grows in proportion to depth",
        statement: "Skip variance ≈ i, branch variance ≈ 1 (Fig 4a).",
        numbers: numbers(
          ["slope of the skip variance", "branch variance", "slope of the moving variance"],
          "depth",
        ),
        verdict: { status: "agrees", reason: "All within three standard errors." },
        scaledDown: ["width 128 instead of 1000", "batch 64 <instead> of 1000"],
        pictures: ["sample-variances"],
      },
      {
        id: "shares",
        title: "Path lengths of sampled networks",
        statement: "K is Poisson-binomial.",
        numbers: [
          { label: "mean length, width 64", value: 4.07, se: 0.014, theory: 4.2, z: -9.3 },
          ...numbers(["mean length, width 128", "mean length, 1/width → 0"], "shares"),
        ],
        verdict: { status: "differs", reason: "Width 64 lies 9.3 standard errors below." },
        scaledDown: [],
        pictures: ["sample-shares"],
      },
    ],
    documents: {},
    provenance: {
      version: "0.1.0",
      arguments: { command: "validate", seed: 0 },
      created: "2026-11-23T12:00:00.000Z",
      wallSeconds: 214.6,
      node: "v24.0.0",
      machine: { cpu: "A processor", cores: 2, platform: "linux x64" },
      backend: "wasm",
    },
  };
}

/** A report whose numbers have margins, with every status, bias, what is not judged and two verdicts of a claim among them. */
export function validationDocument(): ValidationDocument {
  const older = olderValidationDocument();
  const [paths, depth, shares] = older.claims;
  return {
    ...older,
    claims: [
      {
        ...paths,
        numbers: [
          {
            ...paths.numbers[0],
            ...{ theory: 0.97, margin: 0.005, band: { low: 1.99e-4, high: 1.99e-4 }, status: "agrees" },
            printed: "97 %",
          },
          { ...paths.numbers[1], notJudged: "the other input" },
        ],
        verdict: { ...paths.verdict, confidence: 1 },
      },
      {
        ...depth,
        numbers: [
          {
            ...{
              label: "slope of the skip variance",
              value: 1.012,
              se: 0.002,
              theory: 1,
              z: 6,
              margin: 0.02,
            },
            ...{ band: { low: 0.006, high: 0.018 }, status: "agrees", biasSeen: true },
          },
          {
            ...{ label: "skip variance by block, last", value: -0.031, se: 0.012, theory: 0, z: -2.58 },
            ...{ margin: 0.02, band: { low: -0.061, high: -0.001 }, status: "cannot-tell", biasSeen: true },
            isRelative: true,
          },
        ],
        verdict: {
          ...{ status: "cannot-tell", reason: "About 60 networks would settle it.", confidence: 0.95 },
          ...{ biasSeen: true, trialsNeeded: 60 },
          notJudged: [{ label: "branch variance in block 3", reason: "beyond float64" }],
        },
      },
      {
        ...shares,
        numbers: [
          {
            ...{
              label: "mean length, width 64",
              value: 4.07,
              se: 0.014,
              theory: 4.2,
              z: -9.3,
              margin: 0.084,
            },
            ...{ band: { low: -0.16, high: -0.1 }, biasSeen: true, notJudged: "a finite width biases it" },
          },
          {
            ...{
              label: "mean length, 1/width → 0",
              value: 5.2,
              se: 0.014,
              theory: 4.2,
              z: 71,
              margin: 0.084,
            },
            ...{ band: { low: 0.96, high: 1.04 }, status: "differs", biasSeen: true },
          },
        ],
        verdict: { ...shares.verdict, confidence: 0.95, biasSeen: true },
        atPaperScale: { status: "cannot-tell", reason: "The paper's networks are wider.", confidence: 0.95 },
      },
    ],
  };
}

/** Documents by a name, edge cases among them. */
export function comparisonDocument(
  depth: number,
  names: readonly SchemeName[] = ["batchnorm", "skipinit", "sqrt2", "unnormalized", "fixup"],
  within?: number,
): ComparisonDocument {
  return compareSchemes({ schemes: names.map((name) => resolveScheme(name)), depth, within });
}

/** A profile that no scheme gives: the branches double in the second half. */
export function measuredDocument(origin: ProfileOrigin = "measured") {
  const profile = {
    origin,
    skip: Array.from({ length: 20 }, (_, i) => 1 + 0.7 * i),
    branch: Array.from({ length: 20 }, (_, i) => (i < 10 ? 0.7 : 1.4)),
  } as const;
  return measuredPathLengths({ profile, source: "measured.json", within: [5] });
}

export function exampleDocuments(): Record<string, ResultDocument> {
  return {
    "path-lengths": pathLengthsDocument({ scheme: "batchnorm", depth: 10_000, inputVariance: 0 }),
    "path-lengths-short": pathLengthsDocument({ scheme: "batchnorm", depth: 5, within: 2 }),
    "path-lengths-binomial": pathLengthsDocument({ scheme: "unnormalized", depth: 10_000 }),
    "path-lengths-binomial-middle": pathLengthsDocument({
      scheme: "unnormalized",
      depth: 10_000,
      within: 5000,
    }),
    "path-lengths-rezero": pathLengthsDocument({ scheme: "rezero", depth: 100 }),
    "path-lengths-skipinit": pathLengthsDocument({ scheme: "skipinit", depth: 100, within: 3 }),
    "path-lengths-one": pathLengthsDocument({ scheme: "batchnorm", depth: 1, within: 0 }),
    "measured-path-lengths": measuredDocument(),
    "sampled-path-lengths": measuredDocument("sampled"),
    "predicted-path-lengths": measuredDocument("predicted"),
    comparison: comparisonDocument(1000),
    "comparison-every": comparisonDocument(
      100,
      SCHEME_NAMES.filter((name) => name !== "custom"),
    ),
    "comparison-one": comparisonDocument(1, ["sqrt2"], 0),
    "comparison-long": comparisonDocument(20_000, ["fixup", "batchnorm", "unnormalized"], 15),
    design: compareDesign(largestAlpha({ depth: 1000, within: 15, probability: 0.97 })),
    "design-depth": compareDesign(deepestNetwork({ alpha: 1, within: 3, probability: 0.5 })),
    "variance-profile": varianceProfileDocument({ scheme: "batchnorm", depth: 100 }),
    "variance-profile-overflow": varianceProfileDocument({ scheme: "unnormalized", depth: 2000 }),
    "variance-profile-rezero": varianceProfileDocument({ scheme: "rezero", depth: 12 }),
    "variance-profile-skipinit": varianceProfileDocument({ scheme: "skipinit", depth: 100 }),
    "variance-profile-long": varianceProfileDocument({
      scheme: "batchnorm",
      depth: 10_000,
      inputVariance: 0,
    }),
    "variance-profile-one": varianceProfileDocument({ scheme: "sqrt2", depth: 1 }),
    sample: sampleDocument(),
    "sample-unnormalized": sampleDocument({ scheme: "unnormalized", depth: 16 }),
    "sample-short": sampleDocument({ scheme: "batchnorm", depth: 2 }),
    "variance-sample": varianceSampleDocument(),
    "variance-sample-unnormalized": varianceSampleDocument({ scheme: "unnormalized", depth: 30 }),
    "backward-sample": backwardSampleDocument({ scheme: "batchnorm", depth: 100 }),
    "backward-sample-unnormalized": backwardSampleDocument({ scheme: "unnormalized", depth: 30 }),
    "sample-extrapolation": extrapolationDocument("width"),
    "sample-extrapolation-batches": extrapolationDocument("batch"),
    "variance-sample-images": imageSampleDocument(),
    run: runDocument(),
    "run-diverged": runDocument({ scheme: "skipinit", alpha: "1", outcome: "diverged" }),
    "run-short": runDocument({ steps: 1, depth: 6 }),
    trainability: trainabilityDocument(),
    probes: probesDocument(),
    "probes-one": probesDocument({ schemes: [{ scheme: "batchnorm" }], depth: 98, epochs: 1 }),
    validation: validationDocument(),
    "validation-older": olderValidationDocument(),
  };
}

interface ProbesOf {
  readonly schemes?: readonly { readonly scheme: SchemeName; readonly alpha?: string }[];
  readonly depth?: number;
  readonly epochs?: number;
}

/** Runs whose branches grow, with a probe at each of ten times; the second run diverges at the end. */
export function probesDocument(of: ProbesOf = {}): ProbesDocument {
  const { depth = 6, epochs = 10 } = of;
  const schemes = of.schemes ?? [
    { scheme: "batchnorm" },
    { scheme: "skipinit" },
    { scheme: "skipinit", alpha: "0" },
    { scheme: "sqrt2" },
  ];
  const growth = (time: number, run: number) => 0.1 + 0.15 * run + 0.02 * time;
  const runs = schemes.map((settings, run) =>
    Array.from({ length: 11 }, (_, time): ProbeDocument => {
      const q = growth(time, run);
      const [law, carried] = [q, q + 0.05].map((probability) => binomialLaw({ depth, probability }));
      const isLost = run === 1 && time === 10;
      const summary = (one: typeof law) => ({
        pmf: one.pmfUntil(1e-9),
        mean: one.mean,
        quantile97: one.quantile(0.97),
      });
      return {
        kind: "probe",
        model: "wrn-16-1",
        ...settings,
        depth,
        images: 64,
        imagesFrom: "test",
        step: 78 * time,
        epoch: (epochs * time) / 10,
        loss: 2.3 - 0.1 * time,
        stemGradientNorm: 0.3,
        headGradientNorm: 0.5,
        fromProfile: isLost ? null : summary(law),
        carried: isLost ? null : { ...summary(carried), constantShare: 0.01 * time },
        blocks: Array.from({ length: depth }, (_, index) => ({
          block: index + 1,
          stage: 1,
          transition: false,
          skip: 1,
          branch: q / (1 - q),
          skipMeanSquared: 0.1,
          branchMeanSquared: 0.1,
          gradientNorm: 0.2,
        })),
      };
    }),
  );
  return { kind: "probes", runs };
}
