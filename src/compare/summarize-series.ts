import type { SampledSeries } from "../network/documents/verdict.js";
import { RunningMeans } from "./running-means.js";

/** Mean and standard error, element by element, of arrays of equal length, one for each trial. */
export function summarizeSeries(trials: Iterable<ArrayLike<number>>): SampledSeries {
  const means = new RunningMeans();
  for (const trial of trials) means.add(trial);
  return means.series();
}
