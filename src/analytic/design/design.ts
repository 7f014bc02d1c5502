import type { DesignDocument } from "../../network/documents/comparison.js";
import { requireInteger } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { FORMAT } from "../../network/format.js";
import { fromLog } from "../moments/log-number.js";
import { largestReal, largestWhole } from "./solve.js";
import { MOST_UNIFORM_BLOCKS, pathsWithin, requireAlpha } from "./uniform-alpha.js";

/** The accuracy of the law: a depth at which the demand is met with equality must not fail by rounding. */
const SLACK = 1e-12;

/** What is asked of P(K ≤ within) for a network x ← x + α f(x) of `depth` blocks; one of the rest is solved for. */
export interface DesignQuestion {
  readonly within: number;
  readonly probability: number;
  readonly depth: number;
  readonly alpha: number;
}

/**
 * The largest uniform α of a network of `depth` blocks for which P(K ≤ within) ≥ probability.
 *
 * P(K ≤ k) of Binomial(d, α²/(1 + α²)) falls strictly with α, so that bisection to neighbouring floating-point numbers finds α to
 * the accuracy of the law: a relative 1e-12. `alpha` is null where every α will do (a probability of 0, or within ≥ depth).
 *
 * @throws InvalidArgumentError for a depth or `within` as {@link pathsWithin} does, or a probability that is neither 0 nor from
 * 1e-200 to 1.
 * @example
 * ```ts
 * largestAlpha({ depth: 1000, within: 15, probability: 0.97 }).alpha; // 0.09736…
 * ```
 */
export function largestAlpha(question: Omit<DesignQuestion, "alpha">): DesignDocument {
  const { depth, within } = question;
  const probability = requireAsked(question.probability);
  const asked = { kind: "design", format: FORMAT, solve: "alpha", within, probability, depth } as const;
  // This judges depth and within, whatever the answer.
  pathsWithin({ alpha: 1, depth, within });
  if (probability === 0)
    return { ...asked, alpha: null, answer: "Every α will do: a probability of 0 asks nothing." };
  if (within >= depth) {
    const answer = `Every α will do: no path is longer than the network's ${blocks(depth)}.`;
    return { ...asked, alpha: null, answer };
  }
  if (probability === 1) {
    const answer = `Only α = 0 keeps every path within ${branches(within)}, and then none enters a branch.`;
    return { ...asked, alpha: 0, answer, network: designedNetwork({ alpha: 0, depth, within }) };
  }
  const alpha = largestReal({ low: 1e-150, high: 1e150 }, (x) => isMet({ ...question, alpha: x }));
  const answer = `The largest uniform α is ${shown(alpha)}, which is ${shown(alpha * Math.sqrt(depth))}/√d.`;
  return { ...asked, alpha, answer, network: designedNetwork({ alpha, depth, within }) };
}

/**
 * The deepest network of a uniform α for which P(K ≤ within) ≥ probability: exact, as P(K ≤ k) falls with the depth. A
 * demand that is met to a relative 1e-12, the accuracy of the law, counts as met.
 *
 * `depth` is null where every depth will do (α = 0, a probability of 0, or still true at 1e15 blocks) or none (within = 0).
 *
 * @throws InvalidArgumentError as {@link largestAlpha} and {@link pathsWithin} do.
 * @example
 * ```ts
 * deepestNetwork({ alpha: 0.1, within: 15, probability: 0.97 }).depth; // 948
 * ```
 */
export function deepestNetwork(question: Omit<DesignQuestion, "depth">): DesignDocument {
  const alpha = requireAlpha(question.alpha);
  const within = requireInteger("within", question.within, 0, MOST_UNIFORM_BLOCKS);
  const probability = requireAsked(question.probability);
  const asked = { kind: "design", format: FORMAT, solve: "depth", within, probability, alpha } as const;
  if (probability === 0) {
    return { ...asked, depth: null, answer: "Every depth will do: a probability of 0 asks nothing." };
  }
  if (alpha === 0)
    return { ...asked, depth: null, answer: "Every depth will do: at α = 0 no path enters a branch." };
  const holds = (depth: number) => isMet({ alpha, depth, within, probability }, SLACK);
  if (within === 0 && !holds(1)) {
    const first = pathsWithin({ alpha, depth: 1, within }).within;
    const answer = `No depth will do: one block alone has P(K ≤ 0) = ${shown(first)}, below ${probability}.`;
    return { ...asked, depth: null, answer };
  }
  const depth = largestWhole({ low: Math.max(1, within), most: MOST_UNIFORM_BLOCKS }, holds);
  if (depth === MOST_UNIFORM_BLOCKS) {
    return {
      ...asked,
      depth: null,
      answer: "Every depth will do up to 1e15 blocks, the deepest that is tried.",
    };
  }
  const always = depth === within ? ", where no path can be longer" : "";
  const answer = `The deepest network has ${blocks(depth)}${always}.`;
  return { ...asked, depth, answer, network: designedNetwork({ alpha, depth, within }) };
}

/**
 * P(K ≤ within) of a uniform α and a depth.
 *
 * @throws InvalidArgumentError as {@link pathsWithin} does.
 * @example
 * ```ts
 * probabilityWithin({ alpha: 1, depth: 2, within: 1 }).probability; // 0.75
 * ```
 */
export function probabilityWithin(question: Omit<DesignQuestion, "probability">): DesignDocument {
  const { alpha, depth, within } = question;
  const network = designedNetwork(question);
  const why =
    within >= depth
      ? ": no path can be longer"
      : alpha === 0
        ? ": at α = 0 no path enters a branch"
        : `, and P(K > ${within}) is ${tail(network.probabilityBeyond)}`;
  return {
    kind: "design",
    format: FORMAT,
    solve: "probability",
    within,
    probability: network.probabilityWithin,
    depth,
    alpha,
    answer: `P(K ≤ ${within}) is ${tail(network.probabilityWithin)}${why}.`,
    network,
  };
}

/** Whether P(K ≤ within) ≥ probability, judged in the smaller tail; `slack` is the relative error that is forgiven. */
function isMet({ probability, ...network }: DesignQuestion, slack = 0): boolean {
  const tails = pathsWithin(network);
  if (probability <= 0.5) return tails.within >= probability * (1 - slack);
  // The number that stands for 0.97 is itself off by up to 2^-54.
  const rounding = slack === 0 ? 0 : 2 ** -53;
  return tails.beyond <= (1 - probability) * (1 + slack) + rounding;
}

function designedNetwork({ alpha, depth, within }: Omit<DesignQuestion, "probability">) {
  const tails = pathsWithin({ alpha, depth, within });
  return {
    probabilityWithin: tails.within,
    probabilityBeyond: tails.beyond,
    meanLength: alpha === 0 ? 0 : depth / (1 + alpha ** -2),
    totalVariance: fromLog(depth * Math.log1p(alpha ** 2)),
  };
}

function requireAsked(probability: number): number {
  if (probability === 0 || (probability >= 1e-200 && probability <= 1)) return probability;
  throw new InvalidArgumentError("probability", probability, "0, or a number from 1e-200 to 1");
}

const blocks = (count: number) => `${count.toLocaleString("en-GB")} ${count === 1 ? "block" : "blocks"}`;
const branches = (count: number) => `${count.toLocaleString("en-GB")} ${count === 1 ? "branch" : "branches"}`;
/** A probability that is positive, also where it underflows. */
const tail = (probability: number) => (probability === 0 ? "below 1e-300" : shown(probability));
const shown = (value: number) => String(Number(value.toPrecision(6)));
