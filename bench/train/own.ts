/*
 * respath's side of bench/train.ts: the protocol of bench/peers/train_torch.py, with the training step as a user's run
 * takes it (forward, backward, update) on random images.
 */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { openStream } from "../../src/random/index.js";
import { tf } from "../../src/tensor/index.js";
import { kernels } from "../../src/tensor/kernels/index.js";
import { startWorkload } from "./workload.js";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    scheme: { type: "string" },
    batch: { type: "string" },
    "image-size": { type: "string", default: "32" },
    threads: { type: "string", default: "1" },
  },
});
const [batch, imageSize, threads] = [values.batch, values["image-size"], values.threads].map(Number);
const workload = await startWorkload({
  model: values.model!,
  scheme: values.scheme!,
  batch,
  imageSize,
  threads,
});
const { plan, backend, network } = workload;

async function secondsOf(steps: number): Promise<number> {
  const started = performance.now();
  for (let step = 0; step < steps; step++) await workload.step();
  return (performance.now() - started) / 1000;
}

/** GFLOP/s of a product of 1024×1024 floats, the best of twenty. */
function sgemm(): number {
  const size = 1024;
  const stream = openStream({ seed: 0, purpose: "bench" });
  const values = Float32Array.from({ length: size ** 2 }, () => 2 * stream.nextUniform() - 1);
  const [a, b] = [tf.tensor2d(values, [size, size]), tf.tensor2d(values, [size, size])];
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const started = performance.now();
    tf.matMul(a, b).dispose();
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  tf.dispose([a, b]);
  return (2 * size ** 3) / best / 1e9;
}

const answer = (fields: object) => process.stdout.write(`${JSON.stringify(fields)}\n`);

// The first steps compile the kernels and let the heap grow.
await secondsOf(3);
answer({
  backend,
  kernels: kernels()?.build ?? "composed",
  node: process.version,
  parameters: network.size,
  ghostBatch: plan.ghostBatch,
  workers: plan.workers,
  segment: plan.segment ?? null,
});
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "sgemm") answer({ gflops: sgemm() });
  else {
    const seconds = await secondsOf(Number(line));
    answer({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024, tensors: tf.memory().numTensors });
  }
}
await workload.close();
