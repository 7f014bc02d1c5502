/*
 * respath's side of bench/train.ts: the protocol of bench/peers/train_torch.py, with the training step as a user's run
 * takes it (forward, backward, update) on random images.
 */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { openStream } from "../../src/random/index.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { kernels } from "../../src/tensor/kernels/index.js";
import { createWideResNet, Optimizer, planTraining, type TrainSettings } from "../../src/train/index.js";
import { Team } from "../../src/train/team.js";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    scheme: { type: "string" },
    batch: { type: "string" },
    "image-size": { type: "string", default: "32" },
    threads: { type: "string", default: "1" },
  },
});
const [batch, side, threads] = [values.batch, values["image-size"], values.threads].map(Number);

// One thread normalises the whole batch together, as PyTorch does; more take a ghost batch each.
const settings: TrainSettings = {
  model: values.model!,
  scheme: values.scheme!,
  steps: 1,
  batch,
  ghostBatch: Math.ceil(batch / threads),
  workers: threads,
  learningRate: 0.01,
  imageSize: side,
};
const plan = planTraining(settings);
const { ghostBatch, segment, workers } = plan;
const backend = await startTensors("wasm");
const network = createWideResNet({ ...plan, classes: 10 });
const trainer =
  workers > 1
    ? await Team.start({ network, plan, classes: 10, backend })
    : new Optimizer(network, { ghostBatch, segment });
const stream = openStream({ seed: 0, purpose: "bench" });
const input = {
  images: Float32Array.from({ length: batch * side * side * 3 }, () => 4 * stream.nextUniform() - 2),
  shape: [batch, side, side, 3] as const,
  labels: Int32Array.from({ length: batch }, (_, index) => index % 10),
};

async function secondsOf(steps: number): Promise<number> {
  const started = performance.now();
  for (let step = 0; step < steps; step++) await trainer.step(input, 0.01);
  return (performance.now() - started) / 1000;
}

/** GFLOP/s of a product of 1024×1024 floats, the best of twenty. */
function sgemm(): number {
  const size = 1024;
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
  ghostBatch,
  workers,
  segment: segment ?? null,
});
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "sgemm") answer({ gflops: sgemm() });
  else {
    const seconds = await secondsOf(Number(line));
    answer({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024, tensors: tf.memory().numTensors });
  }
}
if (trainer instanceof Team) await trainer.close();
