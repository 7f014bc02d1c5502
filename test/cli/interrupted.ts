/*
 * A process of its own with long work that takes no notice of being interrupted, and says what happens.
 *
 *   node --import tsx test/cli/interrupted.ts
 */
import { writeSync } from "node:fs";
import { interruptible } from "../../src/cli/interrupt.js";

await interruptible({ label: "work" }, async ({ signal }) => {
  signal.addEventListener("abort", () => writeSync(1, `${(signal.reason as Error).message}\n`));
  writeSync(1, "started\n");
  setInterval(() => {}, 1000);
  await new Promise(() => {});
});
