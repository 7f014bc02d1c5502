import { InvalidArgumentError } from "../../src/network/errors.js";
import { worker } from "../../src/pool/worker.js";

/** Returns twice its number; refuses 13; waits for ever at 99 unless it is stopped; fails at −1. */
export default worker<number, number, string>(async (job, { report, signal }) => {
  report(`job ${job}`);
  if (job === 13) throw new InvalidArgumentError("job", job, "another number");
  if (job === -1) throw new TypeError("a bug");
  if (job === 99) {
    await new Promise((_, reject) => {
      const timer = setInterval(() => {}, 1000);
      signal.addEventListener("abort", () => {
        clearInterval(timer);
        reject(new Error("stopped"));
      });
    });
  }
  return 2 * job;
});
