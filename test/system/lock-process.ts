/*
 * A process of its own that takes a lock when it is told to, and says how that went. A line of its input is `take PATH`,
 * answered by `won`, or `refused` with the reason, or `release`, answered by `released`.
 *
 *   node --import tsx test/system/lock-process.ts
 */
import { createInterface } from "node:readline";
import { Lock } from "../../src/system/lock.js";

let lock: Lock | undefined;
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const [order, path] = line.split(" ");
  if (order === "release") lock?.release();
  try {
    if (order === "take") lock = await Lock.ofFile(path);
    process.stdout.write(order === "take" ? "won\n" : "released\n");
  } catch (error) {
    process.stdout.write(`refused: ${(error as Error).message}\n`);
  }
}
process.exit(0);
