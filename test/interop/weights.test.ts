import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { decodeSafetensors, type Network, Optimizer } from "../../src/train/index.js";
import { encodeWeights, weightEntries, weightsSha256, writeEntries } from "../../src/train/weights/index.js";
import { networkOf, noise } from "../train/networks.js";

const interop = join(import.meta.dirname, "../../docs/interop");
const folder = mkdtempSync(join(tmpdir(), "respath-weights-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => startTensors("wasm"));

const python = "/usr/bin/python3";
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" };
const { status, error } = spawnSync(python, ["-c", "import torch, numpy"], { env, stdio: "ignore" });
if (status !== 0) {
  console.warn(
    `load_weights.py is not run: ${error ? `no ${python}` : `${python} has no torch or numpy (Debian: python3-torch)`}`,
  );
}

/** Away from its initial weights, moving averages and α. */
function trainedNetwork(model: string, scheme: string): Network {
  const network = networkOf(model, scheme);
  const optimizer = new Optimizer(network);
  for (let step = 0; step < 3; step++) optimizer.step(noise(8, 8, step), 0.02);
  return network;
}

function logitsOf(network: Network, images: Float32Array, side: number): Float32Array {
  return tf.tidy(() => {
    const input = tf.tensor4d(images, [images.length / (side * side * 3), side, side, 3]);
    return Float32Array.from(network.forward({ images: input, mode: "evaluate" }).dataSync<"float32">());
  });
}

// A wider first stage than the stem has three projections; wrn-16 has two blocks a stage; one image has an odd side.
const CASES = [
  { model: "wrn-10-1", scheme: "batchnorm", side: 8 },
  { model: "wrn-10-1", scheme: "sqrt2", side: 9 },
  { model: "wrn-16-2", scheme: "skipinit", side: 8 },
  { model: "wrn-10-0.5", scheme: "rezero", side: 16 },
] as const;

/** Files for the script, and what respath finds for them. */
function writeCase({ model, scheme, side }: (typeof CASES)[number]) {
  const network = trainedNetwork(model, scheme);
  const path = join(folder, `${model}-${scheme}.safetensors`);
  const { images } = noise(6, side, 7);
  writeFileSync(path, encodeWeights(network, resolveScheme(scheme)));
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
  const printed = execFileSync(python, ["-c", loop, interop, list], { env, encoding: "utf8" });
  return printed.split("--\n");
}

describe.skipIf(status !== 0)("saved weights in PyTorch's twin", () => {
  let found: ReturnType<typeof writeCase>[];
  let printed: string[];
  beforeAll(() => {
    found = CASES.map(writeCase);
    printed = runScript(found);
  });

  it.each(CASES.map((one, index) => ({ ...one, index })))(
    "PyTorch gives the same logits to 1e-4: $model, $scheme",
    ({ index }) => {
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
});

describe("weights", () => {
  it.each([
    ["wrn-10-1", "batchnorm"],
    ["wrn-16-2", "skipinit"],
    ["wrn-10-0.5", "sqrt2"],
  ])("exported, imported and exported again are the same bytes: %s, %s", (model, scheme) => {
    const trained = trainedNetwork(model, scheme);
    const other = networkOf(model, scheme);
    const bytes = encodeWeights(trained, resolveScheme(scheme));
    expect(encodeWeights(other, resolveScheme(scheme))).not.toEqual(bytes);
    writeEntries(weightEntries(other), decodeSafetensors(bytes).tensors, "memory");
    expect(Buffer.from(encodeWeights(other, resolveScheme(scheme))).equals(bytes)).toBe(true);
    const { images } = noise(4, 8, 7);
    expect(logitsOf(other, images, 8)).toEqual(logitsOf(trained, images, 8));
    trained.dispose();
    other.dispose();
  });

  it("have PyTorch's names and shapes", () => {
    const network = networkOf("wrn-10-2", "batchnorm");
    const { tensors, metadata } = decodeSafetensors(encodeWeights(network, resolveScheme("batchnorm")));
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
    const alpha = decodeSafetensors(encodeWeights(skipinit, resolveScheme("skipinit"))).tensors.find(
      ({ name }) => name === "block3.alpha",
    );
    // 1/√d of three blocks.
    expect(alpha).toEqual({ name: "block3.alpha", shape: [], values: Float32Array.of(Math.sqrt(1 / 3)) });
    skipinit.dispose();
  });

  it("of another network are refused by name, and nothing is changed", () => {
    const network = networkOf("wrn-10-1", "batchnorm");
    const before = encodeWeights(network, resolveScheme("batchnorm"));
    const { tensors } = decodeSafetensors(
      encodeWeights(trainedNetwork("wrn-10-1", "batchnorm"), resolveScheme("batchnorm")),
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
    expect(Buffer.from(encodeWeights(network, resolveScheme("batchnorm"))).equals(before)).toBe(true);
    network.dispose();
  });
});
