/** Samples with margins, bands and curves, of networks that are off by known shares; made of those of before there were margins. */
import type { BackwardSampleDocument } from "../../src/network/documents/sample/backward-sample.js";
import type { SampleExtrapolationDocument } from "../../src/network/documents/sample/extrapolation.js";
import type { SampleDocument } from "../../src/network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../../src/network/documents/sample/variance-sample.js";
import type { Comparison, JudgedCurve, Verdict, VerdictStatus } from "../../src/network/documents/verdict.js";
import {
  backwardSampleDocument,
  extrapolationDocument,
  imageSampleDocument,
  sampleDocument,
} from "./documents.js";

const SHARE = 0.02;

/** A number with its margin, and a band of four standard errors to each side. */
export function judged(number: Comparison, status: VerdictStatus = "agrees"): Comparison {
  const difference = number.mean - number.theory;
  return {
    ...number,
    margin: SHARE * Math.abs(number.theory),
    band: { low: difference - 4 * number.se, high: difference + 4 * number.se },
    status,
  };
}

interface CurveOf {
  readonly label: string;
  readonly to: number;
  readonly from?: number;
  /** How far it is off everywhere. */
  readonly level?: number;
  readonly margin?: number;
}

export function judgedCurve({ label, to, from = 1, level = 0, margin = SHARE }: CurveOf): JudgedCurve {
  const isOff = Math.abs(level) > margin;
  const one = (contrast: "level" | "first" | "last", mean: number) => ({
    contrast,
    ...{ mean, se: 0.004, theory: 0, z: mean / 0.004, margin },
    band: { low: mean - 0.012, high: mean + 0.012 },
    status: isOff ? ("differs" as const) : ("agrees" as const),
    ...(isOff ? { biasSeen: true } : {}),
  });
  const contrasts = [one("level", level), one("first", 0.9 * level), one("last", 0.9 * level)];
  return {
    ...{ label, from, to, contrasts },
    status: isOff ? "differs" : "agrees",
    ...(isOff ? { biasSeen: true } : {}),
  };
}

const DIFFERS: Verdict = {
  status: "differs",
  reason: "the branch variance lies above its margin",
  confidence: 0.95,
  biasSeen: true,
  notJudged: [
    { label: "single shares", reason: "their mean length and P(K ≤ k) are" },
    { label: "other moments by block", reason: "the variances are" },
  ],
};

/** Of networks whose branches have 4.2 % too much variance. */
export function judgedSample(depth = 100): SampleDocument {
  const old = sampleDocument({ scheme: "batchnorm", depth });
  return {
    ...old,
    branch: { mean: old.predicted.branch.map((value) => 1.042 * Number(value)), se: old.branch.se },
    meanLength: judged(old.meanLength),
    within: Object.fromEntries(Object.entries(old.within).map(([k, one]) => [k, judged(one, "cannot-tell")])),
    curves: [
      judgedCurve({ label: "skip variance by block", to: depth }),
      judgedCurve({ label: "branch variance by block", to: depth, level: 0.042 }),
    ],
    verdict: DIFFERS,
  };
}

/** Of images' networks, whose squared moving mean has a wider margin, from block 4 on. */
export function judgedMoments(depth = 32): VarianceSampleDocument {
  const old = imageSampleDocument(depth);
  const { skip, skipSecondMoment, movingMeanSquared } = old.slopes!;
  return {
    ...old,
    slopes: {
      skip: judged(skip),
      skipSecondMoment: judged(skipSecondMoment),
      movingMeanSquared: judged(movingMeanSquared, "differs"),
    },
    curves: [
      judgedCurve({ label: "skip variance by block", from: 4, to: depth }),
      judgedCurve({ label: "branch variance by block", from: 4, to: depth }),
      judgedCurve({
        ...{ label: "squared moving mean by block", from: 4, to: depth, level: 0.15, margin: 0.1 },
      }),
    ],
    verdict: DIFFERS,
  };
}

/** Of gradients that are 14 % too long at block 10, and less elsewhere. */
export function judgedGradient(depth = 50): BackwardSampleDocument {
  const old = backwardSampleDocument({ scheme: "batchnorm", depth });
  const off = (block: number) => 1 + 0.14 * Math.exp(-(((block - 10) / 15) ** 2));
  const mean = old.predicted.logSquaredNorm.map((log, index) => off(index + 1) * Math.exp(log));
  return {
    ...old,
    squaredNorm: { mean, se: mean.map((value) => 0.01 * value) },
    growth: judged(old.growth),
    meanLength: judged(old.meanLength),
    curves: [judgedCurve({ label: "squared gradient norm by block", to: depth, level: 0.074 })],
    verdict: { ...DIFFERS, notJudged: DIFFERS.notJudged?.slice(0, 1) },
  };
}

export function judgedExtrapolation(along: "width" | "batch" = "width"): SampleExtrapolationDocument {
  const old = extrapolationDocument(along);
  return {
    ...old,
    numbers: old.numbers.map((row) => ({
      ...row,
      points: row.points.map((point) => ({ ...point, margin: SHARE * Math.abs(point.theory) })),
      limit: judged(row.limit, "cannot-tell"),
    })),
    verdict: {
      status: "cannot-tell",
      reason: "the mean length may lie within its margin or beyond",
      confidence: 0.95,
      biasSeen: false,
      notJudged: [{ label: "the numbers at each size", reason: "what they tend to is" }],
    },
  };
}
