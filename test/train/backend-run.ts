/*
 * A process of its own for a backend that needs an environment from the start: the gradients of the PyTorch fixture and
 * three training steps of every scheme, as JSON.
 *
 *   node --import tsx test/train/backend-run.ts webgpu
 */
import { join } from "node:path";
import { startTensors, tf } from "../../src/tensor/index.js";
import { train } from "../../src/train/index.js";
import { easyImages } from "./images.js";
import { ownGradients, readGradients, readHeader, relativeErrors } from "./torch-gradients.js";

const TRAINABLE = ["batchnorm", "skipinit", "rezero", "sqrt2", "unnormalized"] as const;

export interface BackendRun {
  readonly gradients: readonly { readonly scheme: string; readonly loss: number; readonly worst: number }[];
  readonly training: readonly {
    readonly scheme: string;
    readonly found: number[];
    readonly wasm: number[];
  }[];
  readonly tensorsLeft: number;
}

const backend = process.argv[2] as "webgpu" | "tensorflow";
await startTensors(backend);
const path = join(import.meta.dirname, "../fixtures/torch-gradients");
const header = readHeader(path);
const references = readGradients(path, header);
const gradients = header.networks.map((network, index) => {
  const own = ownGradients(header, network);
  const errors = relativeErrors(own.gradients, references[index]).map(({ error }) => error);
  return { scheme: network.scheme, loss: own.loss / network.loss - 1, worst: Math.max(...errors) };
});
const training: BackendRun["training"][number][] = [];
for (const scheme of TRAINABLE) {
  const losses = async (name: "wasm" | typeof backend) => {
    const run = await train({
      model: "wrn-10-0.5",
      scheme,
      steps: 3,
      batch: 8,
      learningRate: 0.05,
      imageSize: 8,
      augment: false,
      testImages: 0,
      workers: 1,
      backend: name,
      data: { train: easyImages(24) },
    });
    return run.lossCurve.map((loss) => loss ?? Number.NaN);
  };
  training.push({ scheme, found: await losses(backend), wasm: await losses("wasm") });
}
const result: BackendRun = { gradients, training, tensorsLeft: tf.memory().numTensors };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
