/*
 * Images a second of a training step: forward, backward and update on random images, one thread, wasm backend.
 *
 *   npm run bench:train -- --model wrn-16-1 --scheme batchnorm --batch 128 --image-size 32 --rounds 10
 *
 * Prints the median and range over the rounds, the step's seconds and processor time, and the machine's load average.
 *
 * 2026-11-23, AMD EPYC (2 cores), while other work kept the load between 3 and 6, 6 to 10 rounds:
 *   wrn-16-1, batch 128, 32×32: 113 images/s (110 to 115, Node 20, load 3), 78 (73 to 109, Node 24, load 6)
 *   wrn-100-0.5, batch 64, 16×16: 0.36 s a step with BatchNorm, 0.32 with SkipInit, 0.31 with divide-by-√2 (Node 24)
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { median } from "simple-statistics";
import { resolveScheme } from "../src/analytic/index.js";
import { openStream } from "../src/random/index.js";
import { startTensors, tf } from "../src/tensor/index.js";
import { createWideResNet, Optimizer, parseModel } from "../src/train/index.js";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "wrn-16-1" },
    scheme: { type: "string", default: "batchnorm" },
    batch: { type: "string", default: "128" },
    "image-size": { type: "string", default: "32" },
    rounds: { type: "string", default: "10" },
  },
});
const [batch, side, rounds] = [values.batch, values["image-size"], values.rounds].map(Number);

const backend = await startTensors();
const network = createWideResNet({
  architecture: parseModel(values.model),
  scheme: resolveScheme(values.scheme),
  seed: 0,
});
const optimizer = new Optimizer(network);
const stream = openStream({ seed: 0, purpose: "bench" });
const input = {
  images: Float32Array.from({ length: batch * side * side * 3 }, () => 4 * stream.nextUniform() - 2),
  shape: [batch, side, side, 3] as const,
  labels: Int32Array.from({ length: batch }, (_, index) => index % 10),
};

// The first two steps compile the kernels and let the heap grow.
for (let step = 0; step < 2; step++) optimizer.step(input, 0.01);
const tensors = tf.memory().numTensors;
const seconds: number[] = [];
const processor: number[] = [];
for (let round = 0; round < rounds; round++) {
  const [started, used] = [performance.now(), process.cpuUsage()];
  optimizer.step(input, 0.01);
  seconds.push((performance.now() - started) / 1000);
  const { user, system } = process.cpuUsage(used);
  processor.push((user + system) / 1e6);
}
const speeds = seconds.map((s) => batch / s).sort((a, b) => a - b);
const show = (value: number) => value.toPrecision(4);
console.log(
  [
    `${values.model} ${values.scheme}, batch ${batch}, ${side}×${side}, ${network.size} parameters, ${backend}, Node ${process.version}`,
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}`,
    `images/s: median ${show(median(speeds))}, range ${show(speeds[0])} to ${show(speeds[speeds.length - 1])} over ${rounds} rounds`,
    `seconds a step: median ${show(median(seconds))}, least ${show(Math.min(...seconds))}; processor time: median ${show(median(processor))}`,
    `tensors left behind by ${rounds} steps: ${tf.memory().numTensors - tensors}`,
  ].join("\n"),
);
network.dispose();
