import type { Verdict } from "../network/documents/verdict.js";
import type { Claim, RunDocument, TrainabilityDocument } from "../network/documents.js";
import { largest } from "../network/extremes.js";

/** The runs of claim 5 and what Tables 1 and 2 say of them at n = 100. */
export const TABLE_2_RUNS = [
  {
    name: "batchnorm",
    title: "BatchNorm",
    scheme: "batchnorm",
    learningRate: 2 ** -3,
    trains: true,
    printed: "94.7 %",
  },
  {
    name: "skipinit-sqrt",
    title: "SkipInit 1/√d",
    scheme: "skipinit",
    alpha: "1/sqrt(d)",
    learningRate: 2 ** -3,
    trains: true,
    printed: "94.2 %",
  },
  {
    name: "skipinit-0",
    title: "SkipInit 0",
    scheme: "skipinit",
    alpha: "0",
    learningRate: 2 ** -3,
    trains: true,
    printed: "94.2 %",
  },
  {
    name: "skipinit-1",
    title: "SkipInit 1",
    scheme: "skipinit",
    alpha: "1",
    learningRate: 2 ** -8,
    trains: false,
    printed: "cannot be trained",
  },
  {
    name: "sqrt2",
    title: "divide by √2",
    scheme: "sqrt2",
    learningRate: 2 ** -5,
    trains: false,
    printed: "88.9 % (cannot be trained at n = 1000)",
  },
] as const;

/** Shorter runs than this say nothing: the schemes that train leave chance after some 50 steps. */
const FEWEST_STEPS = 100;

/** Claim 5: the pattern of Tables 1 and 2 in a short training of a deep, narrow network on real CIFAR-10. */
export function claimTable2(document: TrainabilityDocument): Claim {
  const { runs } = document;
  const [first] = runs;
  return {
    id: "table-2",
    title: "Networks of 100 layers train where the branches start small",
    statement:
      "De & Smith 2020, Tables 1 and 2: an n = 100 Wide-ResNet reaches 94.7 % with BatchNorm and 94.2 % with SkipInit (α = 1/√d or 0); with α = 1 it cannot be trained; dividing by √2 reaches 88.9 % at n = 100 and cannot be trained at n = 1000.",
    numbers: runs.flatMap((run, index) => {
      const { title, printed } = TABLE_2_RUNS[index];
      return [
        {
          label: `${title}, learning rate ${powerOfTwo(run.learningRate)}: ${run.outcome}, training loss at the end`,
          value: run.loss.judged?.mean ?? `not finite at step ${run.steps}`,
          ...(run.loss.judged ? { se: run.loss.judged.se } : {}),
          theory: `${printed} after 200 epochs`,
        },
      ];
    }),
    verdict: verdictOf(runs),
    scaledDown: [
      `${first.model} on images averaged down to ${first.imageSize}×${first.imageSize} instead of 100-2 at 32×32; batch ${first.batch}`,
      `${largest(runs.map(({ steps }) => steps))} steps instead of 200 epochs; one learning rate and one seed a scheme; the outcome is judged by the training loss (chance: ln 10 = 2.303), not by test accuracy`,
      "SkipInit 1 diverges at a learning rate far below the others': a larger one only diverges sooner",
    ],
    pictures: ["table-2"],
  };
}

function verdictOf(runs: readonly RunDocument[]): Verdict {
  const outcomes = runs.map((run, index) => `${TABLE_2_RUNS[index].title} ${run.outcome}`).join(", ");
  const wrong = runs
    .map((run, index) => ({ run, expected: TABLE_2_RUNS[index] }))
    .filter(({ run, expected }) => (run.outcome === "trained") !== expected.trains);
  const steps = largest(runs.map((run) => run.steps));
  if (steps < FEWEST_STEPS) {
    return {
      status: "cannot-tell",
      reason: `${steps} steps are too few to tell (at least ${FEWEST_STEPS}): ${outcomes}`,
    };
  }
  if (wrong.length === 0) {
    return {
      status: "agrees",
      reason: `the order of Tables 1 and 2 at n = 100: ${outcomes}; dividing by √2 ends at 88.9 % in the paper, and ${steps} steps cannot tell slow from untrainable`,
    };
  }
  const names = wrong.map(
    ({ expected }) =>
      `${expected.title} (${expected.trains ? "trains" : "does not train, or poorly,"} in the paper)`,
  );
  return {
    status: "differs",
    reason: `${outcomes}; at this scale the pattern does not show for ${names.join(" and ")}`,
  };
}

function powerOfTwo(rate: number): string {
  const power = Math.log2(rate);
  return Number.isInteger(power) ? `2^${power}`.replace("-", "−") : String(rate);
}
