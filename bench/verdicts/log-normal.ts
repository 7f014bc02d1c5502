/** Products of many factors, which are log-normal: with and without the rule that leaves out means carried by rare networks. */

import { isCarriedByFew } from "../../src/compare/carried-by-few.js";
import { compareWithTheory, judge, meanWithError } from "../../src/compare/index.js";
import { nextNormal, openStream } from "../../src/random/index.js";
import { CONFIDENCE, MARGIN, type PartOptions, rateOf, TRIALS } from "./rates.js";

const SIGMAS = [0.1, 0.3, 0.5, 1, 2];
/** Relative standard errors beyond which a number would be left out. */
const THRESHOLDS = [0.05, 0.1, 0.15, 0.2, 0.3];
/** The true difference in margins: as many as may be found to differ where it is 0, and to agree where it is beyond 1. */
const DIFFERENCES = [0, 1.5];

export function simulateLogNormal({ repeats, seed }: PartOptions) {
  return TRIALS.flatMap((trials) =>
    SIGMAS.flatMap((sigma) =>
      DIFFERENCES.map((difference) => simulate({ trials, sigma, difference, repeats, seed })),
    ),
  );
}

interface Case extends PartOptions {
  readonly trials: number;
  readonly sigma: number;
  readonly difference: number;
}

function simulate({ trials, sigma, difference, repeats, seed }: Case) {
  const purpose = "verdicts of log-normal numbers";
  const stream = openStream({ seed, purpose, index: [trials, 100 * sigma, 10 * difference] });
  const theory = 1 / (1 + MARGIN * difference);
  const counts = { differs: 0, agrees: 0, left: 0, differsWithRule: 0, agreesWithRule: 0 };
  const within = THRESHOLDS.map(() => ({ kept: 0, differs: 0 }));
  for (let repeat = 0; repeat < repeats; repeat++) {
    const values = Array.from({ length: trials }, () =>
      Math.exp(sigma * nextNormal(stream) - sigma ** 2 / 2),
    );
    const measured = meanWithError(values);
    const { status } = judge({
      families: [
        [
          {
            label: "size",
            comparison: compareWithTheory(measured, theory),
            margin: MARGIN * theory,
            trials,
            freedom: trials - 1,
          },
        ],
      ],
      confidence: CONFIDENCE,
    }).verdict;
    const isLeft = isCarriedByFew(measured);
    if (status === "differs") counts.differs++;
    if (status === "agrees") counts.agrees++;
    if (isLeft) counts.left++;
    if (status === "differs" && !isLeft) counts.differsWithRule++;
    if (status === "agrees" && !isLeft) counts.agreesWithRule++;
    for (const [index, threshold] of THRESHOLDS.entries()) {
      if (measured.se > threshold * measured.mean) continue;
      within[index].kept++;
      if (status === "differs") within[index].differs++;
    }
  }
  return {
    trials,
    sigma,
    difference,
    repeats,
    withoutRule: { differs: rateOf(counts.differs, repeats), agrees: rateOf(counts.agrees, repeats) },
    withRule: {
      notJudged: rateOf(counts.left, repeats),
      differs: rateOf(counts.differsWithRule, repeats),
      agrees: rateOf(counts.agreesWithRule, repeats),
    },
    thresholds: THRESHOLDS.map((threshold, index) => ({
      threshold,
      judged: rateOf(within[index].kept, repeats),
      differs: rateOf(within[index].differs, repeats),
    })),
  };
}
