/** Whether as many trials as a verdict names settle it. */
import { compareWithTheory, type JudgedNumber, judge } from "../../src/compare/index.js";
import { trialsNeeded } from "../../src/compare/trials-needed.js";
import { nextNormal, openStream, type RandomStream } from "../../src/random/index.js";
import { CONFIDENCE, MARGIN, type PartOptions, rateOf } from "./rates.js";

/** Looks that settle little: of so many trials, each of which scatters by so many margins. */
const LOOKS = [
  { trials: 8, spread: 3 },
  { trials: 30, spread: 6 },
];
const DIFFERENCES = [0, 0.5, 1.5, 3];

export function simulateSettled({ repeats, seed }: PartOptions) {
  return LOOKS.flatMap(({ trials, spread }) =>
    DIFFERENCES.map((difference) => {
      const stream = openStream({ seed, purpose: "trials needed", index: [trials, 10 * difference] });
      const named: number[] = [];
      const known = knownTrials({ trials, spread, difference });
      const counts = { open: 0, settled: 0, rightly: 0, ofKnown: 0 };
      for (let repeat = 0; repeat < repeats; repeat++) {
        const draw = (of: number) => verdictOf(numberOf(stream, { trials: of, spread, difference }));
        if (draw(known).status === rightOf(difference)) counts.ofKnown++;
        const first = draw(trials);
        if (first.status !== "cannot-tell") continue;
        counts.open++;
        named.push(first.trialsNeeded ?? Number.POSITIVE_INFINITY);
        if (first.trialsNeeded === undefined) continue;
        const { status } = draw(first.trialsNeeded);
        if (status !== "cannot-tell") counts.settled++;
        if (status === rightOf(difference)) counts.rightly++;
      }
      named.sort((a, b) => a - b);
      const quartile = (share: number) => {
        const value = named[Math.floor(share * named.length)];
        return Number.isFinite(value) ? value : "more than a million";
      };
      return {
        ...{ trials, spread, difference, repeats },
        open: rateOf(counts.open, repeats),
        settled: rateOf(counts.settled, counts.open),
        rightly: rateOf(counts.rightly, counts.open),
        quartiles: [quartile(0.25), quartile(0.5), quartile(0.75)],
        // Where difference and spread are what they seem to be.
        known: { trials: known, rightly: rateOf(counts.ofKnown, repeats) },
      };
    }),
  );
}

function rightOf(difference: number): string {
  return difference < 1 ? "agrees" : "differs";
}

interface Look {
  readonly trials: number;
  readonly spread: number;
  readonly difference: number;
}

/** The number that is named by a look that shows the true difference and spread. */
function knownTrials({ trials, spread, difference }: Look): number {
  const se = spread / Math.sqrt(trials);
  const error = 1 - CONFIDENCE;
  return trialsNeeded({
    // Its square less that of its error is the true one's.
    difference: Math.hypot(difference, se),
    ...{ se, margin: 1, trials, freedom: trials - 1, inside: error, outside: error },
  }).trials;
}

/** Mean and standard error of normal numbers, drawn by themselves: they are independent. */
function numberOf(stream: RandomStream, { trials, spread, difference }: Look): JudgedNumber {
  const error = (MARGIN * spread) / Math.sqrt(trials);
  const mean = 1 + MARGIN * difference + error * nextNormal(stream);
  const se = error * Math.sqrt(chiSquare(stream, trials - 1) / (trials - 1));
  return {
    label: "number",
    comparison: compareWithTheory({ mean, se }, 1),
    margin: MARGIN,
    trials,
    freedom: trials - 1,
  };
}

function verdictOf(number: JudgedNumber) {
  return judge({ families: [[number]], confidence: CONFIDENCE }).verdict;
}

/** Twice a gamma number of shape freedom/2, by Marsaglia and Tsang's rejection (2000); for a freedom of 2 or more. */
function chiSquare(stream: RandomStream, freedom: number): number {
  const d = freedom / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = nextNormal(stream);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const u = 1 - stream.nextUniform();
    if (Math.log(u) < (x * x) / 2 + d - d * v + d * Math.log(v)) return 2 * d * v;
  }
}
