import { readFileSync } from "node:fs";
import { lossAndGradients, softmaxCrossEntropy, tf } from "../../src/tensor/index.js";
import type { Network } from "../../src/train/index.js";
import { networkOf } from "./networks.js";

/** What scripts/fixtures/torch_gradients.py writes. */
export interface TorchGradients {
  readonly torch: string;
  readonly model: string;
  readonly imageSize: number;
  readonly batch: number;
  readonly networks: readonly TorchNetwork[];
}

export interface TorchNetwork {
  readonly scheme: string;
  readonly seed: number;
  /** The activation nearest to 0, of its layer's root mean square. */
  readonly margin: number;
  readonly loss: number;
  readonly exactLoss: number;
  /** ‖float32 − float64‖/‖float64‖ of PyTorch's own gradients, of all parameters together. */
  readonly float32Error: number;
  readonly parameters: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly norm: number;
    readonly float32Error: number;
  }[];
}

/** A network's gradients: a name and the numbers, in the order of the parameters. */
export type Gradients = readonly { readonly name: string; readonly values: Float32Array | Float64Array }[];

export function readHeader(path: string): TorchGradients {
  return JSON.parse(readFileSync(`${path}.json`, "utf8"));
}

/** The numbers behind a header, cut into networks and parameters. */
export function readGradients(path: string, header: TorchGradients, precision: 32 | 64 = 32): Gradients[] {
  const { buffer } = Uint8Array.from(readFileSync(`${path}${precision === 32 ? "" : ".f64"}.bin`));
  const all = precision === 32 ? new Float32Array(buffer) : new Float64Array(buffer);
  let from = 0;
  const gradients = header.networks.map(({ parameters }) =>
    parameters.map(({ name, shape }) => {
      const size = shape.reduce((product, n) => product * n, 1);
      from += size;
      return { name, values: all.subarray(from - size, from) };
    }),
  );
  if (from !== all.length)
    throw new Error(`${path} holds ${all.length} numbers, and its header says ${from}`);
  return gradients;
}

/** The script's generator: uniform in [−1, 1) and exact in float32. */
export function uniforms(seed: number): (size: number, scale?: number, offset?: number) => Float32Array {
  let state = seed;
  return (size, scale = 1, offset = 0) =>
    Float32Array.from({ length: size }, () => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      return offset + scale * ((state >>> 8) / 2 ** 23 - 1);
    });
}

type Draw = ReturnType<typeof uniforms>;

export function fill({ parameters }: Network, draw: Draw): void {
  for (const { name, variable } of parameters) {
    const values = drawn(name, variable, draw);
    const tensor = tf.tensor(values, variable.shape);
    variable.assign(tensor);
    tensor.dispose();
  }
}

function drawn(name: string, variable: tf.Variable, draw: Draw): Float32Array {
  const { shape, size } = variable;
  if (name.endsWith(".gamma")) return draw(size, 0.25, 1);
  if (name.endsWith(".beta") || name.endsWith(".bias")) return draw(size, 0.125);
  if (name.endsWith(".alpha")) return draw(size, 0.0625, variable.dataSync()[0]);
  const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  return draw(size, Math.sqrt((3 * (name === "classifier.weights" ? 1 : 2)) / fanIn));
}

/** respath's loss and gradients for the network of a header. */
export function ownGradients(
  { model, imageSize, batch }: TorchGradients,
  { scheme, seed }: TorchNetwork,
): { readonly loss: number; readonly gradients: Gradients } {
  const draw = uniforms(seed);
  const shape: [number, number, number, number] = [batch, imageSize, imageSize, 3];
  const images = tf.tensor4d(draw(batch * imageSize * imageSize * 3, Math.sqrt(3)), shape);
  const labels = Int32Array.from({ length: batch }, (_, index) => (7 * index) % 10);
  const network = networkOf(model, scheme);
  fill(network, draw);
  const result = lossAndGradients(
    () => softmaxCrossEntropy({ logits: network.forward({ images, mode: "train" }), labels }).loss,
    network.parameters.map(({ variable }) => variable),
  );
  const gradients = network.parameters.map(({ name }, index) => ({
    name,
    values: Float32Array.from(result.gradients[index].dataSync()),
  }));
  const loss = result.loss.dataSync()[0];
  tf.dispose([images, result.loss, ...result.gradients]);
  network.dispose();
  return { loss, gradients };
}

/** ‖found − reference‖/‖reference‖, of each parameter and, last, of all together. */
export function relativeErrors(
  found: Gradients,
  reference: Gradients,
): { readonly name: string; readonly error: number }[] {
  let [allDifference, allNorm] = [0, 0];
  const errors = reference.map(({ name, values }, index) => {
    let [difference, norm] = [0, 0];
    const other = found[index].values;
    for (let i = 0; i < values.length; i++) {
      difference += (other[i] - values[i]) ** 2;
      norm += values[i] ** 2;
    }
    allDifference += difference;
    allNorm += norm;
    return { name, error: Math.sqrt(difference / norm) };
  });
  return [...errors, { name: "all parameters", error: Math.sqrt(allDifference / allNorm) }];
}
