import type { Fields } from "./fields.js";
import { numbersThat } from "./kinds.js";

/** How sampled numbers are judged against their predictions. */
export interface Judgement {
  /** How sure a verdict is; 0.95 unless it is set. */
  readonly confidence: number;
  /**
   * The share of its prediction (of a probability P, of min(P, 1 − P)) by which an expectation may differ and still agree; the usual
   * one of each number, most often 0.02, unless it is set.
   */
  readonly margin?: number;
}

/** How sure a verdict is, unless it is set. */
export const CONFIDENCE = 0.95;
/** Beyond it an interval of few trials is of no use to anybody. */
const MOST_CONFIDENCE = 1 - 1e-6;

const CONFIDENCES = numbersThat(
  "a number from 0.5 to 0.999999, such as 0.95",
  (value) => value >= 0.5 && value <= MOST_CONFIDENCE,
);
const MARGINS = numbersThat(
  "a positive number of at most 1, such as 0.02 for 2 %",
  (value) => value > 0 && value <= 1,
);

/** Its settings, in the order of --help; they decide nothing of what is drawn. */
export const JUDGEMENT: Fields<Partial<Judgement>, Judgement> = {
  confidence: {
    kind: CONFIDENCES,
    default: CONFIDENCE,
    mayChange: true,
    describe: "how sure a verdict is",
  },
  margin: {
    kind: MARGINS,
    mayChange: true,
    describe: "the share of a prediction that may be missed and still agree; 0.02 of most if absent",
  },
};
