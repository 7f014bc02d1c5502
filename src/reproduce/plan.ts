import type { Activation } from "../network/activations.js";
import type { Job } from "./jobs.js";
import { TABLE_2_RUNS } from "./table-2.js";

const ACTIVATIONS: readonly Activation[] = ["linear", "relu"];

export interface JobPlanOptions {
  /** Fewer trials and steps, for a check that everything runs: the verdicts say less. */
  readonly quick: boolean;
  readonly seed: number;
}

/** The names of the documents of claim 3. */
export function pathSharesNames({ quick }: Pick<JobPlanOptions, "quick">): string[] {
  return ACTIVATIONS.flatMap((activation) =>
    pathSharesSizes(quick).map(({ width }) => `path-shares-${activation}-${width}`),
  );
}

/** Widths at which no 1/width² term shows (docs/statistics.md), and trials for a mean length sure to about 0.03. */
function pathSharesSizes(quick: boolean): readonly { width: number; trials: number; seconds: number }[] {
  return quick
    ? [
        { width: 48, trials: 4, seconds: 1 },
        { width: 96, trials: 4, seconds: 1.5 },
      ]
    : [
        { width: 64, trials: 48, seconds: 12 },
        { width: 128, trials: 36, seconds: 16 },
      ];
}

/** Everything that `respath validate` has to compute, the longest work first. */
export function planJobs({ quick, seed }: JobPlanOptions): Job[] {
  const jobs: Job[] = [
    {
      name: "figure-4a",
      kind: "sample",
      estimatedSeconds: quick ? 2 : 40,
      settings: {
        scheme: "batchnorm",
        activation: "linear",
        depth: 100,
        width: quick ? 128 : 256,
        batch: 64,
        trials: quick ? 4 : 40,
        seed,
        within: [],
      },
    },
    ...ACTIVATIONS.flatMap((activation) =>
      pathSharesSizes(quick).map(
        ({ width, trials, seconds }): Job => ({
          name: `path-shares-${activation}-${width}`,
          kind: "sample",
          estimatedSeconds: seconds,
          settings: {
            scheme: "batchnorm",
            activation,
            depth: 100,
            width,
            batch: 64,
            trials,
            seed,
            within: [5],
          },
        }),
      ),
    ),
    {
      name: "figure-4b",
      kind: "variance-sample",
      estimatedSeconds: quick ? 5 : 30,
      settings: {
        depth: 100,
        // The first blocks still show the images.
        slopeFrom: 10,
        channels: 16,
        imageSize: quick ? 16 : 32,
        batch: 32,
        trials: quick ? 3 : 12,
        seed,
      },
    },
    ...TABLE_2_RUNS.map(
      (run): Job => ({
        name: `table-2-${run.name}`,
        kind: "run",
        estimatedSeconds: run.name === "skipinit-1" ? 1 : quick ? 8 : 60,
        settings: {
          model: "wrn-100-0.5",
          scheme: run.scheme,
          ...("alpha" in run ? { alpha: run.alpha } : {}),
          learningRate: run.learningRate,
          steps: quick ? 12 : 150,
          batch: 64,
          imageSize: 16,
          seed,
          testImages: 0,
        },
      }),
    ),
  ];
  return jobs.sort((a, b) => b.estimatedSeconds - a.estimatedSeconds);
}
