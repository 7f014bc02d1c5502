import type { KernelModule } from "./kernel-module.js";
import { selfChecks } from "./self-checks/index.js";

/** Compares every kernel with a scalar reference. @returns what is wrong; nothing if all agree. */
export function checkBuild(module: KernelModule): string | undefined {
  const failed = selfChecks.find((check) => !check.passes(module));
  return failed && `${failed.name} is wrong in Node ${process.version}`;
}
