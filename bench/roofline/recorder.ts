import { KernelModule } from "../../src/tensor/kernels/index.js";
import { isPreparation, type KernelWork, workOf } from "./kernel-work.js";

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
  readonly name: string;
  readonly args: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Takes a step and times every kernel call in it. What the calls did is worked out afterwards. */
export function recordStep(step: () => void): RecordedStep {
  const timed: TimedCall[] = [];
  const call = KernelModule.prototype.call;
  KernelModule.prototype.call = function (this: KernelModule, name, ...args) {
    const start = performance.now();
    const result = call.call(this, name, ...args);
    timed.push({ name, args, start, end: performance.now() });
    return result;
  };
  const started = performance.now();
  try {
    step();
  } finally {
    KernelModule.prototype.call = call;
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
