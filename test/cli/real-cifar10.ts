import { existsSync } from "node:fs";
import { join } from "node:path";
import { cifar10Directory } from "../../src/data/fetch-cifar10.js";

/** Whether CIFAR-10 is in the cache; where it is not, a line says what is skipped. */
export function hasCifar10(skipped: string): boolean {
  const isThere = existsSync(join(cifar10Directory(), "test_batch.bin"));
  if (!isThere) console.log(`skipping ${skipped}: CIFAR-10 is not in the cache (respath data cifar10)`);
  return isThere;
}
