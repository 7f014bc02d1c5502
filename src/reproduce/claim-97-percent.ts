import { predictPathLengths } from "../analytic/predict.js";
import type { Claim, PathLengthsDocument } from "../network/documents.js";
import { resolveScheme } from "../network/schemes/index.js";

/** Depth and path length of the printed claim. */
const DEPTH = 10_000;
const WITHIN = 15;
const PRINTED = 0.97;
/** Numbers that are printed as 97 % lie within half a percent of it. */
const ROUNDING = 0.005;

/** The law for an input of variance 0, the paper's, or 1, a sampled network's. */
export function predict97Percent(inputVariance: 0 | 1): PathLengthsDocument {
  return predictPathLengths({
    scheme: resolveScheme("batchnorm"),
    depth: DEPTH,
    inputVariance,
    within: [WITHIN],
  });
}

/** Claim 1: "in a network of 10,000 residual blocks, 97 % of the variance comes from paths of 15 branches or fewer". */
export function claim97Percent(paper: PathLengthsDocument, unitInput: PathLengthsDocument): Claim {
  const key = String(WITHIN);
  const difference = paper.within[key] - PRINTED;
  const isPrinted = Math.abs(difference) <= ROUNDING;
  const isQuantile = paper.quantiles["0.97"] === WITHIN;
  const agrees = isPrinted && isQuantile;
  return {
    id: "97-percent",
    title: "97 % of the variance of 10,000 blocks is in paths of 15 branches or fewer",
    statement:
      "De & Smith 2020, section 3: in a network of 10,000 normalised residual blocks, 97 % of the variance at initialisation comes from paths of 15 branches or fewer.",
    numbers: [
      {
        label: "P(K ≤ 15), input variance 0 (q_i = 1/i), exact",
        value: paper.within[key],
        theory: PRINTED,
        margin: ROUNDING,
        band: { low: difference, high: difference },
        status: isPrinted ? "agrees" : "differs",
        printed: "97 %",
      },
      {
        label: "97 % quantile of K, input variance 0",
        value: paper.quantiles["0.97"],
        theory: WITHIN,
        status: isQuantile ? "agrees" : "differs",
        printed: "15 or fewer",
      },
      {
        label: "P(K ≤ 15), input variance 1 (q_i = 1/(i + 1)), exact",
        value: unitInput.within[key],
        notJudged: "an input of variance 1 is a sampled network's; the printed number is that of variance 0",
      },
      {
        label: "mean of K, input variance 0",
        value: paper.mean,
        notJudged: "the claim is about 15 branches, not about the mean",
      },
    ],
    verdict: {
      status: agrees ? "agrees" : "differs",
      reason: `P(K ≤ 15) is ${(100 * paper.within[key]).toFixed(4)} % and 15 is ${isQuantile ? "" : "not "}the 97 % quantile; with an input of variance 1 it is ${(100 * unitInput.within[key]).toFixed(4)} %.`,
      confidence: 1,
    },
    scaledDown: [],
    pictures: ["path-lengths"],
  };
}
