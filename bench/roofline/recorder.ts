import { kernels } from "../../src/tensor/kernels/index.js";
import { isPreparation, type KernelName, type KernelWork, workOf } from "./kernel-work.js";

/** A call of a kernel, what it did and how long it took. */
export interface TimedWork extends KernelWork {
  readonly milliseconds: number;
}

/** A training step as a sequence of kernel calls and of what lies between them. */
export interface RecordedStep {
  readonly milliseconds: number;
  readonly calls: readonly TimedWork[];
  /** Milliseconds before each call, since the last one or the beginning; and after the last call. */
  readonly gaps: readonly number[];
}

interface TimedCall {
  readonly name: KernelName;
  readonly args: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Takes a step with the kernels in use and times every call of them. What the calls did is worked out afterwards. */
export function recordStep(step: () => void): RecordedStep {
  const timed: TimedCall[] = [];
  const run = kernels()?.run as unknown as Record<KernelName, unknown>;
  const own = { ...run };
  for (const [name, kernel] of Object.entries(own)) {
    if (typeof kernel !== "function") continue;
    run[name as KernelName] = (...args: number[]) => {
      const start = performance.now();
      const result = kernel(...args);
      timed.push({ name: name as KernelName, args, start, end: performance.now() });
      return result;
    };
  }
  const started = performance.now();
  try {
    step();
  } finally {
    Object.assign(run, own);
  }
  return described(timed, started, performance.now());
}

function described(timed: readonly TimedCall[], started: number, ended: number): RecordedStep {
  const calls: TimedWork[] = [];
  const gaps: number[] = [];
  let convolution: readonly number[] = [];
  let last = started;
  for (const { name, args, start, end } of timed) {
    if (name === "convolution") convolution = args;
    if (isPreparation(name)) continue;
    calls.push({ ...workOf({ name, args, convolution }), milliseconds: end - start });
    gaps.push(start - last);
    last = end;
  }
  return { milliseconds: ended - started, calls, gaps: [...gaps, ended - last] };
}
