/*
 * A process of its own with long work that takes no notice of being interrupted, and says what happens;
 * over a channel it ends when it is told to. On its clock signals are so many milliseconds apart:
 *
 *   node --import tsx test/cli/interrupted.ts MILLISECONDS
 */
import { writeSync } from "node:fs";
import { interruptible } from "../../src/cli/interrupt.js";

await interruptible({ label: "work" }, async ({ signal }) => {
  signal.addEventListener("abort", () => writeSync(1, `${(signal.reason as Error).message}\n`));
  let now = 0;
  performance.now = () => now;
  // After the handlers of the work itself: they have let the process go on.
  for (const name of ["SIGINT", "SIGTERM"]) {
    process.on(name, () => {
      now += Number(process.argv[2]);
      writeSync(1, `bore ${name}\n`);
    });
  }
  process.on("message", () => process.exit(0));
  writeSync(1, "started\n");
  setInterval(() => {}, 1000);
  await new Promise(() => {});
});
