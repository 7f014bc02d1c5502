import { FEWEST_FOR_PRECISION } from "../../network/settings/sample-run.js";
import { Lock } from "../../system/lock.js";
import { requireWritableFile } from "../../system/write-file.js";
import { runTrials } from "../trials/run-trials.js";
import { multiplyAddsOf, threadsFor } from "../trials/threads.js";
import { type Estimate, type EstimateOptions, estimate } from "./estimate.js";
import { Journal } from "./journal.js";
import type { RunOptions, SampledImages } from "./options.js";
import type { PreparedSample } from "./prepare-sample.js";
import type { Quantity } from "./quantities.js";

export interface RunSampleOptions<Trial>
  extends Pick<RunOptions, "out" | "breakLock" | "log" | "onPlanned" | "onTrial" | "onEstimate" | "signal">,
    Pick<EstimateOptions<Trial>, "sums"> {
  readonly prepared: Pick<PreparedSample, "plan" | "run" | "header">;
  readonly images?: SampledImages;
  /** The number that a precision is asked of. */
  readonly quantity: Quantity<Trial>;
}

/** Draws the networks of a prepared sample until there are enough, from where its journal has got to. */
export async function runSample<Trial>(options: RunSampleOptions<Trial>): Promise<Estimate> {
  const { prepared, images, quantity, sums, onPlanned, onTrial, onEstimate, signal } = options;
  const { plan, run, header } = prepared;
  const { rule, workers } = run;
  const most = "trials" in rule ? rule.trials : rule.maxTrials;
  const { out } = options;
  const multiplyAdds = workers === "auto" ? multiplyAddsOf(plan) : 0;
  onPlanned?.();
  if (out !== undefined) await requireWritableFile(out);
  const lock = out === undefined ? undefined : await Lock.ofFile(out, options);
  let journal: Journal<Trial> | undefined;
  try {
    if (out !== undefined) journal = await Journal.open<Trial>({ path: out, header });
    return await estimate({
      rule,
      quantity: quantity.of,
      sums,
      run: ({ from, to }) => {
        const foreseen = "trials" in rule ? to - from : Math.min(to - from, FEWEST_FOR_PRECISION);
        const threads = workers === "auto" ? threadsFor(multiplyAdds, foreseen) : workers;
        return runTrials<Trial>({ plan, inputs: images?.batch, workers: threads, from, to, signal });
      },
      journal,
      onTrial: (running) => {
        onTrial?.(running.trials, most);
        onEstimate?.({ label: quantity.label, ...running });
      },
      signal,
    });
  } finally {
    await journal?.close();
    lock?.release();
  }
}
