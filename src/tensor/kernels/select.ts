import * as tf from "@tensorflow/tfjs";
import { InvalidArgumentError, RespathError } from "../../network/errors.js";
import { KERNEL_BUILDS, KERNEL_CHOICES, type KernelBuild, type KernelChoice } from "./builds.js";
import { checkBuild } from "./check-build.js";
import { type CompiledBuild, compiledBuild } from "./compiled-build.js";
import { KernelModule } from "./kernel-module.js";

let current: KernelModule | undefined;

/** The WebAssembly kernels in use in this thread; nothing where the composed ones are, or another backend is active. */
export function kernels(): KernelModule | undefined {
  return tf.getBackend() === "wasm" ? current : undefined;
}

/**
 * Chooses the kernels for this thread: `choice`, else what the environment variable RESPATH_KERNELS says, else the first of
 * wide, fma and simd that runs here and gives the same as a scalar reference (proof.ts). Each one that does not is named in
 * one line on standard error, once.
 *
 * @param compile gives a build, or why not.
 * @returns the build, or `composed`.
 * @throws RespathError when a build that was asked for does not run here.
 */
export function selectKernels(
  choice: KernelChoice = choiceOfEnvironment(),
  compile: (build: KernelBuild) => CompiledBuild = compiledBuild,
): KernelBuild | "composed" {
  current?.release();
  current = undefined;
  if (choice === "composed") return choice;
  const { usable, dropped } = firstUsable(choice, (build) => moduleOf(build, compile(build)));
  current = usable;
  if (choice !== "auto" && !current) {
    throw new RespathError(
      `The ${choice} kernels do not run here: ${dropped[0].reason}; use auto, fma, simd or composed`,
    );
  }
  const used = current?.build ?? "composed";
  report(dropped, used);
  return used;
}

/**
 * Compiles the WebAssembly kernels in the main thread for the threads that it starts from then on, and says on standard error what
 * is not used. Call it before you start threads of your own that train or sample: one that was not given the kernels
 * runs 0.6 times as fast.
 *
 * @throws InvalidArgumentError when the environment variable RESPATH_KERNELS says something else than it may.
 * @example
 * ```ts
 * shareKernels(); // undefined
 * ```
 */
export function shareKernels(): void {
  const choice = choiceOfEnvironment();
  if (choice === "composed") return;
  const { usable, dropped } = firstUsable(choice, (build) => ({ build, ...compiledBuild(build) }));
  report(dropped, usable?.build ?? "composed");
}

/** The first build of a choice that can be used, and those before it that cannot. */
function firstUsable<Usable extends { readonly build: KernelBuild }>(
  choice: "auto" | KernelBuild,
  attempt: (build: KernelBuild) => Usable | Dropped,
): { readonly usable?: Exclude<Usable, Dropped>; readonly dropped: readonly Dropped[] } {
  const dropped: Dropped[] = [];
  for (const build of choice === "auto" ? KERNEL_BUILDS : [choice]) {
    const tried = attempt(build);
    if (!("reason" in tried)) return { usable: tried as Exclude<Usable, Dropped>, dropped };
    dropped.push(tried as Dropped);
  }
  return { dropped };
}

function choiceOfEnvironment(): KernelChoice {
  const choice = process.env["RESPATH_KERNELS"] || "auto";
  if (!KERNEL_CHOICES.includes(choice as KernelChoice)) {
    throw new InvalidArgumentError("RESPATH_KERNELS", choice, `one of ${KERNEL_CHOICES.join(", ")}`);
  }
  return choice as KernelChoice;
}

interface Dropped {
  readonly build: KernelBuild;
  readonly reason: string;
  readonly isSilent?: true;
}

function moduleOf(build: KernelBuild, compiled: CompiledBuild): KernelModule | Dropped {
  if ("reason" in compiled) return { build, ...compiled };
  const module = new KernelModule(build, compiled.module);
  const reason = compiled.isUntried && checkBuild(module);
  if (!reason) return module;
  module.release();
  return { build, reason };
}

const reported = new Set<KernelBuild>();

/** Says once what is not used, and what is instead. */
function report(dropped: readonly Dropped[], used: KernelBuild | "composed"): void {
  const news = dropped.filter(({ build, isSilent }) => !isSilent && !reported.has(build));
  for (const { build, reason } of news) {
    reported.add(build);
    console.error(`respath: the ${build} kernels are not used, ${used} ones are: ${reason}`);
  }
}
