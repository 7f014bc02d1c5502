import type { SweepCell, SweepDocument, SweepRun } from "../../src/network/index.js";

/** A sweep of two schemes at three rates with two seeds each; one cell has diverged. */
export function sweepDocument(): SweepDocument {
  const rates = [0.125, 0.25, 0.5];
  const cells = ["batchnorm", "skipinit"].flatMap((scheme, s) =>
    rates.map(
      (lr, r): SweepCell => ({
        at: { scheme, lr },
        runs: [0, 1].map((seed): SweepRun => {
          const id = `${s}${r}${seed}`.padEnd(16, "0");
          const hasDiverged = scheme === "skipinit" && lr === 0.5;
          return {
            id,
            seed,
            status: "done",
            outcome: hasDiverged ? "diverged" : "trained",
            measures: hasDiverged
              ? { steps: 3 }
              : { "training loss": 1.5 - 0.1 * r, "test accuracy": 0.5 + 0.02 * r + 0.01 * seed, steps: 60 },
            ...(hasDiverged ? {} : { errors: { "training loss": 0.03 } }),
          };
        }),
      }),
    ),
  );
  return {
    kind: "sweep",
    format: 1,
    respath: "0.1.0",
    command: "train",
    fixed: { model: "wrn-16-1", steps: 60 },
    axes: ["scheme", "lr", "seed"],
    rules: { giveUp: { diverged: 1 } },
    rungs: [
      {
        at: {},
        steps: 20,
        kept: [{ at: { scheme: "batchnorm", lr: 0.5 }, loss: 1.7 }],
        dropped: [{ at: { scheme: "skipinit", lr: 0.5 }, loss: 2.6 }],
      },
    ],
    cells,
    best: [
      {
        ...{ at: { scheme: "batchnorm" }, over: "lr", measure: "test accuracy", best: 0.5, mean: 0.545 },
        ...{ se: 0.005, tied: [0.25, 0.5] },
      },
    ],
  };
}
