import * as tf from "@tensorflow/tfjs";
import { InvalidArgumentError, RespathError } from "../../network/errors.js";
import { compileBuild } from "./compile-build.js";
import { KERNEL_BUILDS, type KernelBuild, KernelModule } from "./kernel-module.js";
import { selfChecks } from "./self-checks/index.js";

/** `auto`: the fastest that works; `composed`: no own kernels, tfjs's operations composed (the folder's other files). */
export const KERNEL_CHOICES = ["auto", ...KERNEL_BUILDS, "composed"] as const;
export type KernelChoice = (typeof KERNEL_CHOICES)[number];

let current: KernelModule | undefined;

/** The WebAssembly kernels in use in this thread; nothing where the composed ones are, or another backend is active. */
export function kernels(): KernelModule | undefined {
  return tf.getBackend() === "wasm" ? current : undefined;
}

/**
 * Chooses the kernels for this thread: `choice`, else what the environment variable RESPATH_KERNELS says, else the first of
 * wide, fma and simd that runs here and gives the same as a scalar reference. A build that does not is dropped with
 * one line on standard error.
 *
 * @returns the build, or `composed`.
 * @throws RespathError when a build that was asked for does not run here.
 */
export function selectKernels(choice: KernelChoice = choiceOfEnvironment()): KernelBuild | "composed" {
  current?.release();
  current = undefined;
  if (choice === "composed") return choice;
  for (const build of choice === "auto" ? KERNEL_BUILDS : [choice]) {
    current = usable(build);
    if (current) return build;
  }
  if (choice !== "auto") {
    throw new RespathError(
      `The ${choice} kernels do not run in Node ${process.version} here; use auto, fma, simd or composed`,
    );
  }
  return "composed";
}

function choiceOfEnvironment(): KernelChoice {
  const choice = process.env["RESPATH_KERNELS"] || "auto";
  if (!KERNEL_CHOICES.includes(choice as KernelChoice)) {
    throw new InvalidArgumentError("RESPATH_KERNELS", choice, `one of ${KERNEL_CHOICES.join(", ")}`);
  }
  return choice as KernelChoice;
}

function usable(build: KernelBuild): KernelModule | undefined {
  try {
    const compiled = compileBuild(build);
    if (!compiled) return undefined;
    const module = new KernelModule(build, compiled);
    const failed = selfChecks.find((check) => !check.passes(module));
    if (!failed) return module;
    module.release();
    console.error(
      `respath: the ${build} kernels are not used: ${failed.name} is wrong in Node ${process.version}`,
    );
  } catch (error) {
    console.error(`respath: the ${build} kernels are not used: ${(error as Error).message}`);
  }
  return undefined;
}
