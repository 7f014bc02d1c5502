/* respath's side of bench/montecarlo.ts: the protocol of bench/peers/sample_networks.py. One trial at a time, on one thread. */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { runTrial } from "../../src/montecarlo/forward/trial.js";
import { networkOf } from "../../src/montecarlo/network/resolve-network.js";
import type { TrialJob } from "../../src/montecarlo/network/trial-plan.js";
import { resolveScheme } from "../../src/network/schemes/index.js";
import { startTensors } from "../../src/tensor/index.js";
import { kernels } from "../../src/tensor/kernels/index.js";

const { values } = parseArgs({
  options: {
    width: { type: "string" },
    batch: { type: "string" },
    depth: { type: "string" },
    longest: { type: "string" },
    within: { type: "string", default: "15" },
    sampler: { type: "string", default: "direct" },
  },
});
const [width, batch, depth] = [values.width, values.batch, values.depth].map(Number);
const [longest, within] = [values.longest, values.within].map((text) => (text ? Number(text) : undefined));

/** The variance that the last block is given over the depth, or the share in paths of `within` branches or fewer. */
async function sample(trial: number, blocks: number): Promise<number> {
  const network = networkOf(resolveScheme("batchnorm"), { width, batch, depth: blocks });
  const windows =
    longest === undefined
      ? undefined
      : Array.from({ length: blocks }, (_, i) => ({ low: 0, high: Math.min(i + 1, longest) }));
  const sampler = values.sampler as TrialJob["sampler"];
  const record = await runTrial({ network, seed: 0, trial, windows, sampler, recordedBlocks: [blocks] });
  if (windows === undefined) return record.input.variance[0] / blocks;
  return record.shares[0].share.subarray(0, within! + 1).reduce((sum, share) => sum + share, 0);
}

const answer = (fields: object) => process.stdout.write(`${JSON.stringify(fields)}\n`);

await startTensors("wasm");
await sample(0, 20);
answer({
  library: "respath",
  kernels: kernels()?.build ?? "composed",
  node: process.version,
  sampler: values.sampler,
});
for await (const line of createInterface({ input: process.stdin })) {
  const started = performance.now();
  const value = await sample(Number(line), depth);
  const seconds = (performance.now() - started) / 1000;
  answer({ seconds, value, peakBytes: process.resourceUsage().maxRSS * 1024 });
}
