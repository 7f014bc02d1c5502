import type { ExtrapolatedNumber } from "../compare/extrapolate-samples.js";
import { extrapolateWidths } from "../compare/extrapolate-widths.js";
import { judge } from "../compare/judge.js";
import type { JudgedNumber } from "../compare/judged-number.js";
import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import type { Claim } from "../network/documents.js";
import { smallest } from "../network/extremes.js";
import { comparisonRow, judgedOf, unjudgedRow } from "./rows.js";

/** Claim 3: sampled networks, split by path length, against the Poisson-binomial law; linear and ReLU. */
export function claimPathShares(samples: readonly SampleDocument[]): Claim {
  const activations = [...new Set(samples.map(({ network }) => network.activation))];
  const groups = activations.map((activation) => {
    const ofActivation = samples.filter(({ network }) => network.activation === activation);
    const extrapolation = extrapolateWidths(ofActivation);
    const name = activation === "relu" ? "ReLU" : "linear";
    const finite = ofActivation.map(({ network, meanLength, trials }) =>
      unjudgedRow({
        label: `${name}, width ${network.width}: mean path length`,
        comparison: meanLength,
        trials,
        notJudged: "a finite width biases it; what is judged is the limit of infinite width",
      }),
    );
    const trials = smallest(ofActivation.map((sample) => sample.trials));
    const limitOf = (what: string, one: ExtrapolatedNumber): JudgedNumber => ({
      ...judgedOf(`${name}, width → ∞: ${what}`, one, trials),
      freedom: one.fit.freedom,
    });
    const limits = [
      limitOf("mean path length", extrapolation.meanLength),
      ...Object.entries(extrapolation.within).map(([k, one]) => limitOf(`P(K ≤ ${k})`, one)),
    ];
    return { finite, limits };
  });
  const { verdict, comparisons } = judge({
    families: [groups.flatMap(({ limits }) => limits)],
    unit: "networks a width",
  });
  let next = 0;
  const numbers = groups.flatMap(({ finite, limits }) => [
    ...finite,
    ...limits.map((number) => comparisonRow(number, comparisons[0][next++])),
  ]);
  const [{ network }] = samples;
  return {
    id: "path-shares",
    title: "Sampled networks obey the path-length law",
    statement:
      "De & Smith 2020, section 3: the variance of a normalised residual network is carried by paths of few branches. Split exactly by path length, a sampled network must give each length the share of the Poisson-binomial law of its branch fractions, at infinite width.",
    numbers,
    verdict,
    scaledDown: [
      `${network.depth} blocks, batch ${network.batch}, widths ${[...new Set(samples.map((sample) => sample.network.width))].join(" and ")}; the rows of one width show the bias of finite networks and are not judged`,
      "the split of a sampled network by path length is ours (docs/statistics.md)",
    ],
    pictures: activations.map((activation) => `path-shares-${activation}`),
  };
}
