import { median } from "simple-statistics";
import type { RooflineRow, Roofs, Speed } from "./document.js";
import { GROUPS } from "./kernel-work.js";
import type { RecordedStep, TimedWork } from "./recorder.js";
import { bandwidthAt } from "./roofs.js";

/** A training step of which each call takes its median time. */
export interface TypicalStep {
  readonly calls: readonly TimedWork[];
  /** Milliseconds outside of kernels. */
  readonly rest: number;
  /** Of the whole: the calls' and the rest. */
  readonly milliseconds: number;
}

/**
 * The medians call by call over steps of one network, which make the same calls in the same order: a step that something
 * else interrupts is an outlier in one call then, and not in all of them.
 *
 * @throws Error when the steps differ in their calls.
 */
export function typicalStep(steps: readonly RecordedStep[]): TypicalStep {
  const [{ calls, gaps }] = steps;
  if (steps.some((step) => step.calls.length !== calls.length)) throw new Error("the steps make other calls");
  const timed = calls.map((call, index) => ({
    ...call,
    milliseconds: median(steps.map((step) => step.calls[index].milliseconds)),
  }));
  const rest = sum(gaps.map((_, index) => median(steps.map((step) => step.gaps[index]))));
  return { calls: timed, rest, milliseconds: sum(timed.map((call) => call.milliseconds)) + rest };
}

/** One row for each kind of work, the longest first. */
export function rowsOf(step: TypicalStep, roofs: Roofs): RooflineRow[] {
  const kindOf = ({ group, label }: TimedWork) => `${group}: ${label}`;
  return [...new Set(step.calls.map(kindOf))]
    .map((kind) => {
      const calls = step.calls.filter((call) => kindOf(call) === kind);
      const [{ group, label }] = calls;
      return { group, label, ...speedOf(calls, step, roofs) };
    })
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

/** The sums of all convolutions and of all other kernels. */
export const [CONVOLUTIONS, OTHERS] = ["convolutions together", "other kernels together"];

/** The rows added up: all convolutions, all others, and each group. */
export function groupsOf(step: TypicalStep, roofs: Roofs): (Speed & { readonly group: string })[] {
  const sums = [
    { group: CONVOLUTIONS, has: isConvolution },
    { group: OTHERS, has: (group: string) => !isConvolution(group) },
    ...GROUPS.map((group) => ({ group, has: (other: string) => other === group })),
  ];
  return sums.flatMap(({ group, has }) => {
    const calls = step.calls.filter((call) => has(call.group));
    return calls.length > 0 ? [{ group, ...speedOf(calls, step, roofs) }] : [];
  });
}

const isConvolution = (group: string) => group.startsWith("convolution");

function speedOf(calls: readonly TimedWork[], step: TypicalStep, roofs: Roofs): Speed {
  const total = (amount: "milliseconds" | "done" | "credited" | "bytes") =>
    sum(calls.map((call) => call[amount]));
  const milliseconds = total("milliseconds");
  const least = calls.map(({ done, bytes }) => leastMilliseconds(done, bytes, roofs));
  const [arithmetic, memory] = [sum(least.map((one) => one.arithmetic)), sum(least.map((one) => one.memory))];
  const gigaASecond = (amount: number) => amount / milliseconds / 1e6;
  return {
    calls: calls.length,
    milliseconds,
    share: milliseconds / step.milliseconds,
    gigaflops: gigaASecond(total("done")),
    creditedGigaflops: gigaASecond(total("credited")),
    shareOfPeak: arithmetic / milliseconds,
    gigabytesPerSecond: gigaASecond(total("bytes")),
    shareOfBandwidth: memory / milliseconds,
    roof: arithmetic > memory ? "arithmetic" : "memory",
    shareOfRoof: sum(least.map((one) => Math.max(one.arithmetic, one.memory))) / milliseconds,
  };
}

/** What a call takes at the peak of multiply-adds, and at the bandwidth. */
function leastMilliseconds(done: number, bytes: number, roofs: Roofs) {
  return { arithmetic: done / roofs.gigaflops / 1e6, memory: bytes / bandwidthAt(bytes, roofs) / 1e6 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
