import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import type { KernelBuild } from "./kernel-module.js";

const compiledBuilds = new Map<KernelBuild, WebAssembly.Module>();

/**
 * Compiles a build for this thread, with the flags of V8 that it needs.
 *
 * @returns nothing where this Node has no such feature.
 * @throws when the file is missing (the package was not built) or does not compile.
 */
export function compileBuild(build: KernelBuild): WebAssembly.Module | undefined {
  const known = compiledBuilds.get(build);
  if (known) return known;
  if (!isPossible(build)) return undefined;
  const file = new URL(`../../../assets/kernels/${build}.wasm`, import.meta.url);
  const bytes = new Uint8Array(readFileSync(file));
  if (!WebAssembly.validate(bytes)) return undefined;
  const compiled = optimized(() => new WebAssembly.Module(bytes));
  compiledBuilds.set(build, compiled);
  return compiled;
}

/**
 * Whether the build may run here. `wide` is the one whose pairs of 128-bit operations V8 can fuse into 256-bit ones: it
 * can from Node 24, on x86-64. Without that its tiles would spill, and `fma` is faster.
 */
function isPossible(build: KernelBuild): boolean {
  if (process.versions["deno"] || process.versions["bun"]) return build !== "wide";
  const node = Number(process.versions.node.split(".")[0]);
  if (build === "wide") {
    if (node < 24 || process.arch !== "x64") return false;
    setFlagsFromString("--experimental-wasm-revectorize");
  }
  // On by default from Node 22.
  if (build === "fma" && node < 22) setFlagsFromString("--experimental-wasm-relaxed-simd");
  return true;
}

/**
 * Compiles with the optimising compiler at once. Otherwise the first calls of each kernel would run V8's baseline code,
 * ten times slower, and the check at start-up would check that instead of what training runs.
 */
function optimized<T>(compile: () => T): T {
  if (process.versions["deno"] || process.versions["bun"]) return compile();
  const flags = ["liftoff", "wasm-lazy-compilation"];
  for (const flag of flags) setFlagsFromString(`--no-${flag}`);
  try {
    return compile();
  } finally {
    for (const flag of flags) setFlagsFromString(`--${flag}`);
  }
}
