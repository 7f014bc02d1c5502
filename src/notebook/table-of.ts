import type { PathLengthDistribution } from "../analytic/index.js";
import type { ComparisonDocument, DesignDocument, LogNumber } from "../network/documents/comparison.js";
import type { Comparison } from "../network/documents/verdict.js";
import type {
  PathLengthsDocument,
  ResultDocument,
  RunDocument,
  ValidationDocument,
} from "../network/documents.js";
import { variances } from "../network/variance-profile.js";
import { grouped, schemeLabel, shortNumber } from "../plot/labels.js";
import { countOf } from "./distribution-picture.js";
import { isDistribution, isDocument, isProfile, type Showable } from "./showable.js";
import type { Table } from "./table.js";
import { tableOfProbes } from "./table-of-probes.js";

const DIGITS = 6;
/** A profile's table has about this many of its blocks. */
const BLOCKS = 6;

/** The figures of a value that its picture cannot be read for. */
export function tableOf(value: Showable): Table {
  if (isDocument(value)) return tableOfDocument(value);
  if (isDistribution(value)) return tableOfDistribution(value);
  return isProfile(value) ? tableOfProfile(variances(value)) : tableOfComparisons({ value });
}

function tableOfDocument(document: ResultDocument): Table {
  switch (document.kind) {
    case "path-lengths":
    case "measured-path-lengths":
    case "sampled-path-lengths":
    case "predicted-path-lengths":
      return tableOfPathLengths(document);
    case "comparison":
      return tableOfSchemes(document);
    case "design":
      return tableOfDesign(document);
    case "variance-profile":
      return tableOfProfile(document);
    case "sample":
      return tableOfComparisons({ "mean path length": document.meanLength, ...within(document.within) });
    case "variance-sample":
      return tableOfComparisons(
        document.slopes
          ? { "slope of the skip variance": document.slopes.skip }
          : { "second moment / its prediction": document.size! },
      );
    case "backward-sample":
      return tableOfComparisons({
        "squared gradient norm / its prediction": document.growth,
        "mean path length": document.meanLength,
        ...within(document.within),
      });
    case "sample-extrapolation":
      return tableOfComparisons(
        Object.fromEntries(
          document.numbers.map(({ label, limit }) => [`${label}, ${document.along} → ∞`, limit]),
        ),
      );
    case "convolutional-sample":
      return tableOfComparisons({
        "slope of the skip variance": document.slopes.skip,
        "slope of the second moment": document.slopes.skipSecondMoment,
        "slope of the squared moving mean": document.slopes.movingMeanSquared,
      });
    case "run":
      return tableOfRuns([document]);
    case "trainability":
      return tableOfRuns(document.runs);
    case "probes":
      return tableOfProbes(document);
    case "validation":
      return tableOfClaims(document);
  }
}

type Lengths = Pick<PathLengthsDocument, "mean" | "variance" | "within" | "beyond" | "quantiles">;

function tableOfPathLengths({ mean, variance, within, beyond, quantiles }: Lengths): Table {
  const [k] = Object.keys(within).slice(-1);
  return oneRow({
    mean: number(mean),
    variance: number(variance),
    [`P(K ≤ ${k})`]: number(within[k]),
    [`P(K > ${k})`]: number(beyond[k]),
    median: countOf(quantiles["0.5"]),
    "97 % quantile": countOf(quantiles["0.97"]),
  });
}

function tableOfDistribution(law: PathLengthDistribution): Table {
  const limit = law.quantile(0.97);
  return oneRow({
    mean: number(law.mean),
    variance: number(law.variance),
    [`P(K ≤ ${countOf(limit)})`]: number(law.cdf(limit)),
    [`P(K > ${countOf(limit)})`]: number(law.sf(limit)),
    median: countOf(law.quantile(0.5)),
    "97 % quantile": countOf(limit),
  });
}

function tableOfProfile({
  skip,
  branch,
}: {
  readonly skip: readonly (number | null)[];
  readonly branch: readonly (number | null)[];
}): Table {
  const depth = skip.length;
  const ratio = Math.max(2, depth ** (1 / (BLOCKS - 1)));
  const blocks = new Set(
    Array.from({ length: BLOCKS }, (_, index) => Math.min(depth, Math.round(ratio ** index))),
  );
  return {
    columns: ["block", "skip path", "residual branch", "branch's share"],
    rows: [...blocks.add(depth)].map((block) => {
      const [s, b] = [skip[block - 1], branch[block - 1]];
      const share = s === null || b === null ? Number.NaN : b / (s + b);
      return [grouped(block), number(s), number(b), number(share)];
    }),
  };
}

function tableOfComparisons(comparisons: Readonly<Record<string, Comparison>>): Table {
  return {
    columns: ["", "mean", "standard error", "theory", "z"],
    rows: Object.entries(comparisons).map(([name, { mean, se, theory, z }]) => [
      name,
      number(mean),
      number(se, 2),
      number(theory),
      number(z, 3),
    ]),
  };
}

function within(comparisons: Readonly<Record<string, Comparison>>): Record<string, Comparison> {
  return Object.fromEntries(Object.entries(comparisons).map(([k, one]) => [`P(K ≤ ${k})`, one]));
}

function tableOfSchemes({ schemes }: ComparisonDocument): Table {
  return {
    columns: ["scheme", "mean length", "97 % quantile", "total variance", "gradient ratio", "overflow block"],
    rows: schemes.map((one) => [
      schemeLabel(one),
      number(one.meanLength),
      countOf(one.quantile97),
      logNumber(one.totalVariance),
      logNumber(one.gradientRatio),
      one.overflowBlock === null ? "none" : grouped(one.overflowBlock),
    ]),
  };
}

function tableOfDesign({ solve, within, alpha, depth, network }: DesignDocument): Table {
  return oneRow({
    "solved for": solve,
    alpha: number(alpha),
    depth: depth === null ? number(depth) : countOf(depth),
    [`P(K ≤ ${within})`]: number(network?.probabilityWithin),
    "mean length": number(network?.meanLength),
    "total variance": network ? logNumber(network.totalVariance) : number(null),
  });
}

function tableOfRuns(runs: readonly RunDocument[]): Table {
  return {
    columns: ["scheme", "outcome", "steps", "first loss", "last loss", "test accuracy"],
    rows: runs.map((run) => [
      schemeLabel(run),
      run.outcome,
      grouped(run.steps),
      number(run.loss.first, 4),
      number(run.loss.last, 4),
      number(run.testAccuracy, 4),
    ]),
  };
}

function tableOfClaims({ claims }: ValidationDocument): Table {
  return { columns: ["claim", "verdict"], rows: claims.map(({ title, verdict }) => [title, verdict.status]) };
}

function oneRow(figures: Readonly<Record<string, string>>): Table {
  return { columns: Object.keys(figures), rows: [Object.values(figures)] };
}

/** A number to a few digits; what is not there, or beyond float64, as a dash. */
function number(value: number | null | undefined, digits = DIGITS): string {
  return value === null || value === undefined || Number.isNaN(value) ? "–" : shortNumber(value, digits);
}

/** A number that float64 may not hold, then as a power of ten. */
function logNumber({ value, log10 }: LogNumber): string {
  return value === null && log10 !== null ? `10^${shortNumber(log10, 5)}` : number(value, 4);
}
