import type { TrialJob } from "../network/trial-plan.js";

/**
 * A trial as threads are sent it: lows and highs of its windows in memory that all share. Of 10⁷ blocks, objects would take this
 * thread half a minute to copy for each trial, in which it sees no signal.
 */
export type ThreadJob = Omit<TrialJob, "windows"> & { readonly windows?: Int32Array };

/** The windows for {@link ThreadJob}s, low and high in turn. */
export function packedWindows(windows: NonNullable<TrialJob["windows"]>): Int32Array {
  const packed = new Int32Array(new SharedArrayBuffer(8 * windows.length));
  for (const [index, { low, high }] of windows.entries()) {
    packed[2 * index] = low;
    packed[2 * index + 1] = high;
  }
  return packed;
}

/** The trial that a thread was sent. */
export function trialJob({ windows, ...job }: ThreadJob): TrialJob {
  if (windows === undefined) return job;
  const unpacked = Array.from({ length: windows.length / 2 }, (_, index) => ({
    low: windows[2 * index],
    high: windows[2 * index + 1],
  }));
  return { ...job, windows: unpacked };
}
