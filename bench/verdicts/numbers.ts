/** Normal numbers: one, six that are correlated, and twelve in two families. */
import { compareWithTheory, judge } from "../../src/compare/index.js";
import { nextNormal, openStream } from "../../src/random/index.js";
import { CONFIDENCE, MARGIN, Outcomes, type PartOptions, TRIALS } from "./rates.js";

const FAMILIES = [
  { name: "one number", sizes: [1] },
  { name: "6 numbers", sizes: [6] },
  { name: "12 numbers in 2 families", sizes: [6, 6] },
];
/** Of one trial, in margins. */
const SPREADS = [1, 3, 10];
/** What two numbers have in common, as a correlation. */
const CORRELATION = 0.5;

interface Cell {
  readonly trials: number;
  readonly spread: number;
  readonly family: (typeof FAMILIES)[number];
  /** The true difference in margins, of the first number or of all. */
  readonly difference: number;
  readonly deviating: "first" | "all";
}

export function simulateNumbers({ repeats, seed }: PartOptions) {
  return TRIALS.flatMap((trials) => {
    const cells = cellsOf(trials).map((cell) => ({ cell, outcomes: new Outcomes() }));
    const stream = openStream({ seed, purpose: "verdicts of numbers", index: [trials] });
    const count = Math.max(...FAMILIES.map(({ sizes }) => sizes.reduce((a, b) => a + b)));
    for (let repeat = 0; repeat < repeats; repeat++) {
      const drawn = standardNumbers({ stream, trials, count });
      for (const { cell, outcomes } of cells) {
        const { difference, deviating, family } = cell;
        // What no bound holds for needs fewer.
        const isBound =
          difference === 0 || (difference === 1 && (deviating === "all" || family.sizes[0] === 1));
        if (isBound || repeat < repeats / 10) outcomes.add(verdictOf(cell, drawn));
      }
    }
    return cells.map(({ cell, outcomes }) => ({
      ...cell,
      family: cell.family.name,
      ...outcomes.rates(),
    }));
  });
}

function cellsOf(trials: number): Cell[] {
  return SPREADS.flatMap((spread) =>
    FAMILIES.flatMap((family): Cell[] => [
      ...[0, 0.5, 1, 1.5, 2, 3].map(
        (difference): Cell => ({ trials, spread, family, difference, deviating: "first" }),
      ),
      ...(family.sizes[0] > 1
        ? [{ trials, spread, family, difference: 1, deviating: "all" } satisfies Cell]
        : []),
    ]),
  );
}

interface Drawn {
  readonly mean: number;
  readonly se: number;
}

/** Means and standard errors of standard normal numbers, each correlated with the others of its network. */
function standardNumbers(options: {
  readonly stream: ReturnType<typeof openStream>;
  readonly trials: number;
  readonly count: number;
}): Drawn[] {
  const { stream, trials, count } = options;
  const common = Float64Array.from({ length: trials }, () => nextNormal(stream));
  return Array.from({ length: count }, () => {
    const values = common.map(
      (shared) => Math.sqrt(CORRELATION) * shared + Math.sqrt(1 - CORRELATION) * nextNormal(stream),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / trials;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, se: Math.sqrt(squares / (trials * (trials - 1))) };
  });
}

function verdictOf({ trials, spread, family, difference, deviating }: Cell, drawn: readonly Drawn[]) {
  let next = 0;
  const families = family.sizes.map((size) =>
    Array.from({ length: size }, () => {
      const index = next++;
      const delta = deviating === "all" || index === 0 ? difference : 0;
      const { mean, se } = drawn[index];
      const measured = { mean: 1 + MARGIN * (delta + spread * mean), se: MARGIN * spread * se };
      return {
        label: `number ${index}`,
        comparison: compareWithTheory(measured, 1),
        margin: MARGIN,
        trials,
        freedom: trials - 1,
      };
    }),
  );
  return judge({ families, confidence: CONFIDENCE }).verdict;
}
