import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { lossAndGradients, softmaxCrossEntropy, startTensors, tf } from "../../src/tensor/index.js";
import type { DesignChoices, Network } from "../../src/train/index.js";
import { encodeWeights } from "../../src/train/weights/index.js";
import { torchName, toTorch } from "../../src/train/weights/layout.js";
import { hasPythonModules, python, pythonEnvironment } from "../helpers/python.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { designOf, networkOf, noise } from "../train/networks.js";

const folder = temporaryFolder("gradients");
beforeAll(() => startTensors("wasm"));

const hasTorch = hasPythonModules(["torch", "numpy"], "no gradients of PyTorch's");

const CASES: readonly (readonly [string, DesignChoices])[] = [
  ["batchnorm", { normPosition: "last" }],
  ["batchnorm", { normPosition: "merge" }],
  ["layernorm", {}],
  ["groupnorm", { normPosition: "first", convBiases: true }],
  ["fixup", { fixup: "2,3,4" }],
  ["nfnet", { convBiases: true }],
  ["layerscale", {}],
];
const IMAGES = 6;
const SIDE = 8;
const BATCH = noise(IMAGES, SIDE);
const LABELS = [3, 1, 4, 1, 5, 9];

/** Name → the gradient of the batch's loss in PyTorch's layout. */
function gradientsOf(network: Network): Map<string, Float32Array> {
  const images = tf.tensor4d(BATCH.images, [IMAGES, SIDE, SIDE, 3]);
  const { loss, gradients } = lossAndGradients(
    () => softmaxCrossEntropy({ logits: network.forward({ images, mode: "train" }), labels: LABELS }).loss,
    network.parameters.map(({ variable }) => variable),
  );
  const found = network.parameters.map(({ name, variable }, index): [string, Float32Array] => [
    torchName(name),
    toTorch(Float32Array.from(gradients[index].dataSync<"float32">()), variable.shape),
  ]);
  tf.dispose([images, loss, ...gradients]);
  return new Map(found);
}

/** In single and in double precision: name → numbers. */
type Theirs = readonly Readonly<Record<string, readonly number[]>>[];

const SCRIPT = `
import json, sys
sys.path.insert(0, sys.argv[1])
import torch
from load_weights import load
labels = torch.tensor(json.loads(sys.argv[3]))
for path in json.loads(sys.argv[2]):
    images = torch.frombuffer(bytearray(open(path + ".images", "rb").read()), dtype=torch.float32)
    images = images.reshape(len(labels), ${SIDE}, ${SIDE}, 3).permute(0, 3, 1, 2).contiguous()
    found = []
    for dtype in (torch.float32, torch.float64):
        network = load(path).train().to(dtype)
        for block in network.children():
            if torch.is_tensor(getattr(block, "alpha", None)):
                block.alpha.data = block.alpha.data.to(dtype)
        torch.nn.functional.cross_entropy(network(images.to(dtype)), labels).backward()
        found.append({name: p.grad.flatten().double().tolist() for name, p in network.named_parameters()})
    json.dump(found, open(path + ".gradients", "w"))
`;

describe.skipIf(!hasTorch)("gradients of the schemes, beside PyTorch's", () => {
  let ours: Map<string, Float32Array>[];
  beforeAll(() => {
    const paths = CASES.map((_, index) => join(folder, `${index}.safetensors`));
    ours = CASES.map(([scheme, choices], index) => {
      const network = networkOf("wrn-10-0.5", scheme, 1, choices);
      writeFileSync(paths[index], encodeWeights(network, designOf("wrn-10-0.5", scheme, choices)));
      writeFileSync(`${paths[index]}.images`, BATCH.images);
      const found = gradientsOf(network);
      network.dispose();
      return found;
    });
    const interop = join(import.meta.dirname, "../../docs/interop");
    execFileSync(python, ["-c", SCRIPT, interop, JSON.stringify(paths), JSON.stringify(LABELS)], {
      env: pythonEnvironment,
    });
  });

  it.each(CASES.map(([scheme, choices], index) => [scheme, choices, index] as const))(
    "%s %j: as close to double precision as its own single precision is",
    (_scheme, _choices, index) => {
      const text = readFileSync(join(folder, `${index}.safetensors.gradients`), "utf8");
      const [single, double] = JSON.parse(text) as Theirs;
      expect(new Set(Object.keys(double))).toEqual(new Set(ours[index].keys()));
      for (const [name, exact] of Object.entries(double)) {
        const error = (found: ArrayLike<number>) =>
          Math.max(...exact.map((value, i) => Math.abs(value - found[i])));
        const largest = Math.max(...exact.map(Math.abs));
        // Another order of the sums: a few times the error, and a few roundings of the largest number.
        expect(error(ours[index].get(name)!), name).toBeLessThan(
          5 * error(single[name]) + 2 ** -20 * largest,
        );
      }
    },
  );
});
