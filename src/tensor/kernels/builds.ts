/** The builds of the WebAssembly kernels, fastest first: see scripts/build-kernels.mjs. */
export const KERNEL_BUILDS = ["wide", "fma", "simd"] as const;
export type KernelBuild = (typeof KERNEL_BUILDS)[number];

/** `auto`: the fastest that works; `composed`: no own kernels, tfjs's operations composed (the folder's other files). */
export const KERNEL_CHOICES = ["auto", ...KERNEL_BUILDS, "composed"] as const;
export type KernelChoice = (typeof KERNEL_CHOICES)[number];

/** The file of a build. */
export function kernelFile(build: KernelBuild): URL {
  return new URL(`../../../assets/kernels/${build}.wasm`, import.meta.url);
}
