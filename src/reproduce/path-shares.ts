import { extrapolateWidths } from "../compare/extrapolate-widths.js";
import { type JudgedNumber, judge } from "../compare/verdict.js";
import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import type { Claim } from "../network/documents.js";
import { comparisonRow } from "./rows.js";

/** Claim 3: sampled networks, split by path length, against the Poisson-binomial law; linear and ReLU. */
export function claimPathShares(samples: readonly SampleDocument[]): Claim {
  const activations = [...new Set(samples.map(({ network }) => network.activation))];
  const judged: JudgedNumber[] = [];
  const numbers = activations.flatMap((activation) => {
    const ofActivation = samples.filter(({ network }) => network.activation === activation);
    const extrapolation = extrapolateWidths(ofActivation);
    const name = activation === "relu" ? "ReLU" : "linear";
    const finite = ofActivation.map(({ network, meanLength }) => ({
      label: `${name}, width ${network.width}: mean path length`,
      comparison: meanLength,
      freedom: 1,
    }));
    const limits: JudgedNumber[] = [
      {
        label: `${name}, width → ∞: mean path length`,
        comparison: extrapolation.meanLength,
        freedom: extrapolation.meanLength.fit.freedom,
      },
      ...Object.entries(extrapolation.within).map(([k, comparison]) => ({
        label: `${name}, width → ∞: P(K ≤ ${k})`,
        comparison,
        freedom: comparison.fit.freedom,
      })),
    ];
    judged.push(...limits);
    return [...finite, ...limits].map(comparisonRow);
  });
  const [{ network }] = samples;
  return {
    id: "path-shares",
    title: "Sampled networks obey the path-length law",
    statement:
      "De & Smith 2020, section 3: the variance of a normalised residual network is carried by paths of few branches. Split exactly by path length, a sampled network must give each length the share of the Poisson-binomial law of its branch fractions, at infinite width.",
    numbers,
    verdict: judge({ numbers: judged }),
    scaledDown: [
      `${network.depth} blocks, batch ${network.batch}, widths ${[...new Set(samples.map((sample) => sample.network.width))].join(" and ")}; the rows of one width show the bias of finite networks and are not judged`,
      "the paper does not split sampled networks by path length; the split is ours",
    ],
    pictures: activations.map((activation) => `path-shares-${activation}`),
  };
}
