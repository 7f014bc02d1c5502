import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseScale } from "../../src/analytic/expression.js";
import { configureScheme, type SchemeSettings } from "../../src/analytic/index.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import {
  type DesignChoices,
  decodeSafetensors,
  type Network,
  Optimizer,
  parseModel,
  type StackDescription,
} from "../../src/train/index.js";
import { encodeWeights, weightEntries, weightsSha256, writeEntries } from "../../src/train/weights/index.js";
import { hasPythonModules, python, pythonEnvironment } from "../helpers/python.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { designOf, networkOf, noise } from "../train/networks.js";

const interop = join(import.meta.dirname, "../../docs/interop");
const folder = temporaryFolder("weights");
beforeAll(() => startTensors("wasm"));

const hasTorch = hasPythonModules(["torch", "numpy"], "load_weights.py is not run");

interface Trained {
  readonly model: string | StackDescription;
  readonly scheme: string;
  readonly settings?: SchemeSettings;
  readonly choices?: DesignChoices;
  /** Of the images; 8 if absent. */
  readonly side?: number;
}

/** Away from its initial weights, moving averages and α. */
function trainedNetwork({ model, scheme, settings = {}, choices, side = 8 }: Trained): Network {
  const network = networkOf(model, configureScheme(scheme, settings), 1, choices);
  const optimizer = new Optimizer(network);
  for (let step = 0; step < 3; step++) {
    optimizer.step({ ...noise(8, side, step), draw: { step, ghost: 0 } }, 0.02);
  }
  return network;
}

function logitsOf(network: Network, images: Float32Array, side: number): Float32Array {
  return tf.tidy(() => {
    const input = tf.tensor4d(images, [images.length / (side * side * 3), side, side, 3]);
    return Float32Array.from(network.forward({ images: input, mode: "evaluate" }).dataSync<"float32">());
  });
}

const BOTTLENECKS: StackDescription = {
  name: "bottlenecks",
  stem: { width: 6, kernel: 7, stride: 2, pooling: 2 },
  stages: [
    { blocks: 2, width: 12, layers: [{ kernel: 1, width: 4 }, { width: 6 }, { kernel: 1 }] },
    { blocks: 2, width: 16, layers: [{ kernel: 1, width: 4 }, { width: 4, stride: 2 }, { kernel: 1 }] },
    { blocks: 1, width: 16, stride: 2 },
  ],
};
/** Dense, with a transition and without ReLUs. */
const FEATURES: StackDescription = {
  name: "features",
  input: "features",
  imageSize: 8,
  activation: "linear",
  stem: { width: 12 },
  stages: [
    { blocks: 2, width: 12, layers: [{ width: 20 }, {}] },
    { blocks: 1, width: 16 },
  ],
};

// A wider first stage than the stem has three projections; wrn-16 has two blocks a stage; one image has an odd side.
const CASES: readonly (Trained & { readonly side: number })[] = [
  { model: "wrn-10-1", scheme: "batchnorm", side: 8 },
  { model: "wrn-10-1", scheme: "sqrt2", side: 9 },
  { model: "wrn-16-2", scheme: "skipinit", side: 8 },
  { model: "wrn-10-0.5", scheme: "rezero", side: 16 },
  { model: "wrn-16-0.5", scheme: "batchnorm", side: 8, choices: { normPosition: "first" } },
  { model: "wrn-10-1", scheme: "batchnorm", side: 9, choices: { normPosition: "last" } },
  { model: "wrn-16-0.5", scheme: "batchnorm", side: 8, choices: { normPosition: "merge" } },
  { model: "wrn-10-1", scheme: "layernorm", side: 9 },
  { model: "wrn-16-0.5", scheme: "layernorm", side: 8, choices: { normPosition: "merge" } },
  { model: "wrn-10-1", scheme: "groupnorm", side: 8 },
  { model: "wrn-16-0.5", scheme: "groupnorm", side: 9, choices: { normGroups: 2, normPosition: "last" } },
  { model: "wrn-16-1", scheme: "skipinit", side: 8, choices: { convBiases: true, dropout: 0.2 } },
  {
    model: "wrn-10-1",
    scheme: "skipinit",
    side: 8,
    settings: { alpha: parseScale("0.5/j") },
    choices: { alphaFixed: true },
  },
  { model: "wrn-10-1", scheme: "fixup", side: 9, choices: { convBiases: true } },
  { model: "wrn-16-0.5", scheme: "fixup", side: 8, choices: { fixup: "2,4" } },
  { model: "wrn-10-1", scheme: "fixup", side: 8, choices: { fixup: "none" } },
  { model: "wrn-16-1", scheme: "nfnet", side: 9, choices: { convBiases: true } },
  { model: "wrn-16-0.5", scheme: "layerscale", side: 8 },
  { model: "wrn-16-0.5", scheme: "stochastic-depth", side: 8 },
  { model: "wrn-10-1", scheme: "stochastic-depth", side: 8, settings: { normalized: false } },
  { model: "wrn-10-1", scheme: "depth-mup", side: 8 },
  { model: "wrn-10-1", scheme: "stable-resnet", side: 8 },
  {
    model: "wrn-10-1",
    scheme: "custom",
    side: 8,
    settings: { alpha: parseScale("0.3*i"), skip: parseScale("0.9"), normalized: true },
  },
  { model: "fc-4-12", scheme: "batchnorm", side: 32 },
  { model: "fc-3-8-2", scheme: "fixup", side: 32, choices: { fixup: "2,4" } },
  { model: FEATURES, scheme: "batchnorm", side: 8 },
  { model: FEATURES, scheme: "nfnet", side: 8, choices: { convBiases: true } },
  { model: FEATURES, scheme: "groupnorm", side: 8, choices: { normGroups: 2 } },
  { model: FEATURES, scheme: "layerscale", side: 8 },
  { model: BOTTLENECKS, scheme: "batchnorm", side: 32 },
  { model: BOTTLENECKS, scheme: "skipinit", side: 33 },
  { model: BOTTLENECKS, scheme: "nfnet", side: 32 },
];
const nameOf = ({ model, scheme, choices = {} }: Trained) =>
  [
    typeof model === "string" ? model : model.name,
    scheme,
    ...Object.entries(choices).map(([key, value]) => `${key} ${value}`),
  ].join(", ");

/** Files for the script, and what respath finds for them. */
function writeCase(one: (typeof CASES)[number], index: number) {
  const { model, scheme, settings = {}, choices, side } = one;
  const network = trainedNetwork(one);
  const path = join(folder, `${index}.safetensors`);
  const { images } = noise(6, side, 7);
  writeFileSync(path, encodeWeights(network, designOf(model, configureScheme(scheme, settings), choices)));
  writeFileSync(`${path}.images`, images);
  const found = { logits: logitsOf(network, images, side), sha256: weightsSha256(network) };
  network.dispose();
  return { path, side, ...found };
}

/** Runs the script for some files, as from the command line but in one process; returns what it prints about each. */
function runScript(files: readonly { readonly path: string; readonly side: number }[]): string[] {
  const loop = `
import json, sys
sys.path.insert(0, sys.argv[1])
from load_weights import main
for path, side in json.loads(sys.argv[2]):
    for arguments in [[path, path + ".images", str(side), path + ".logits"], [path]]:
        sys.argv = ["load_weights.py", *arguments]
        main()
    print("--")`;
  const list = JSON.stringify(files.map(({ path, side }) => [path, side]));
  const printed = execFileSync(python, ["-c", loop, interop, list], {
    env: pythonEnvironment,
    encoding: "utf8",
  });
  return printed.split("--\n");
}

describe.skipIf(!hasTorch)("saved weights in PyTorch's twin", () => {
  let found: ReturnType<typeof writeCase>[];
  let printed: string[];
  beforeAll(() => {
    found = CASES.map(writeCase);
    printed = runScript(found);
  });

  it.each(CASES.map((one, index) => [nameOf(one), index] as const))(
    "PyTorch gives the same logits to 1e-4: %s",
    (_, index) => {
      const { path, logits, sha256 } = found[index];
      const { buffer } = Uint8Array.from(readFileSync(`${path}.logits`));
      const theirs = new Float32Array(buffer);
      expect(theirs).toHaveLength(60);
      logits.forEach((value, at) => {
        expect(Math.abs(value - theirs[at])).toBeLessThan(1e-4);
      });
      // The classes and images are told apart by far more than the tolerance.
      expect(Math.max(...logits) - Math.min(...logits)).toBeGreaterThan(0.1);
      expect(printed[index]).toContain(`sha256 ${sha256}\n`);
    },
  );

  it("ResNet-50-V2 has the same names and shapes there", () => {
    const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
from load_weights import ResidualNetwork
network = ResidualNetwork({"model": "resnet-50-v2", "scheme": "batchnorm"}, 3, 1000)
print(json.dumps({name: list(x.shape) for name, x in network.state_dict().items() if x.dim() > 0}))`;
    const theirs = JSON.parse(
      execFileSync(python, ["-c", program, interop], { env: pythonEnvironment, encoding: "utf8" }),
    );
    const normOf = (name: string, channels: number) =>
      ["weight", "bias", "running_mean", "running_var"].map((part) => [`${name}.${part}`, [channels]]);
    const ours = parseModel("resnet-50-v2").blocks.flatMap(
      ({ block, transition, inputWidth, width, layers }) => [
        ...layers.flatMap(({ kernel, inputWidth, width }, index) => [
          ...normOf(`block${block}.norm${index + 1}`, inputWidth),
          [`block${block}.conv${index + 1}.weight`, [width, inputWidth, kernel, kernel]],
        ]),
        ...(transition ? [[`block${block}.projection.weight`, [width, inputWidth, 1, 1]]] : []),
      ],
    );
    expect(theirs).toEqual({
      "stem.weight": [64, 3, 7, 7],
      ...Object.fromEntries(ours),
      ...Object.fromEntries(normOf("norm", 2048)),
      "classifier.weight": [1000, 2048],
      "classifier.bias": [1000],
    });
  });
});

describe("weights", () => {
  it.each([
    ["wrn-10-1", "batchnorm"],
    ["wrn-16-2", "skipinit"],
    ["wrn-10-0.5", "sqrt2"],
  ])("exported, imported and exported again are the same bytes: %s, %s", (model, scheme) => {
    const trained = trainedNetwork({ model, scheme });
    const other = networkOf(model, scheme);
    const bytes = encodeWeights(trained, designOf(model, scheme));
    expect(encodeWeights(other, designOf(model, scheme))).not.toEqual(bytes);
    writeEntries(weightEntries(other), decodeSafetensors(bytes).tensors, "memory");
    expect(Buffer.from(encodeWeights(other, designOf(model, scheme))).equals(bytes)).toBe(true);
    const { images } = noise(4, 8, 7);
    expect(logitsOf(other, images, 8)).toEqual(logitsOf(trained, images, 8));
    trained.dispose();
    other.dispose();
  });

  it("have PyTorch's names and shapes", () => {
    const network = networkOf("wrn-10-2", "batchnorm");
    const { tensors, metadata } = decodeSafetensors(
      encodeWeights(network, designOf("wrn-10-2", "batchnorm")),
    );
    const shapes = Object.fromEntries(tensors.map(({ name, shape }) => [name, shape]));
    expect(shapes).toMatchObject({
      "stem.weight": [16, 3, 3, 3],
      "block1.norm1.weight": [16],
      "block1.norm1.running_var": [16],
      "block1.conv1.weight": [32, 16, 3, 3],
      "block2.projection.weight": [64, 32, 1, 1],
      "norm.bias": [128],
      "norm.running_mean": [128],
      "classifier.weight": [10, 128],
      "classifier.bias": [10],
    });
    expect(metadata).toEqual({
      format: "pt",
      respath: expect.any(String),
      model: "wrn-10-2",
      scheme: "batchnorm",
    });
    network.dispose();
    const skipinit = networkOf("wrn-10-1", "skipinit");
    const alpha = decodeSafetensors(encodeWeights(skipinit, designOf("wrn-10-1", "skipinit"))).tensors.find(
      ({ name }) => name === "block3.alpha",
    );
    // 1/√d of three blocks.
    expect(alpha).toEqual({ name: "block3.alpha", shape: [], values: Float32Array.of(Math.sqrt(1 / 3)) });
    skipinit.dispose();
  });

  it("of another network are refused by name, and nothing is changed", () => {
    const network = networkOf("wrn-10-1", "batchnorm");
    const before = encodeWeights(network, designOf("wrn-10-1", "batchnorm"));
    const { tensors } = decodeSafetensors(
      encodeWeights(
        trainedNetwork({ model: "wrn-10-1", scheme: "batchnorm" }),
        designOf("wrn-10-1", "batchnorm"),
      ),
    );
    const write = (given: typeof tensors) => () =>
      writeEntries(weightEntries(network), given, "w.safetensors");
    expect(write(tensors.slice(0, -1))).toThrow(
      "w.safetensors is of another network: it has no norm.running_var",
    );
    expect(write([...tensors, { ...tensors[0], name: "extra" }])).toThrow("this one has no extra");
    const wider = tensors.map((tensor) =>
      tensor.name === "classifier.bias" ? { ...tensor, shape: [11], values: new Float32Array(11) } : tensor,
    );
    expect(write(wider)).toThrow("classifier.bias is [11] there, and [10] here");
    expect(Buffer.from(encodeWeights(network, designOf("wrn-10-1", "batchnorm"))).equals(before)).toBe(true);
    network.dispose();
  });
});
