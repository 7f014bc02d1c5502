import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RespathError } from "../../src/network/errors.js";
import { startTensors, tf } from "../../src/tensor/index.js";
import { KERNEL_BUILDS, selectKernels } from "../../src/tensor/kernels/index.js";
import { hasPythonModules, python, pythonEnvironment } from "../helpers/python.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import {
  type Gradients,
  ownGradients,
  readGradients,
  readHeader,
  relativeErrors,
  type TorchGradients,
} from "./torch-gradients.js";

/** Issue 4: float32 on both sides, relative L2, parameter by parameter and all together. */
const TOLERANCE = 1e-5;

const root = join(import.meta.dirname, "../..");
const folder = temporaryFolder("torch");
beforeAll(() => startTensors("wasm"));

/** The same network here: names and shapes agree, and every error is below the tolerance. */
function expectAgreement(header: TorchGradients, index: number, references: readonly Gradients[]): void {
  const { parameters, loss } = header.networks[index];
  const own = ownGradients(header, header.networks[index]);
  expect(own.gradients.map(({ name, values }) => `${name} ${values.length}`)).toEqual(
    parameters.map(({ name, shape }) => `${name} ${shape.reduce((product, n) => product * n, 1)}`),
  );
  // Weights, images and labels are the same, so the loss agrees to a few roundings.
  expect(Math.abs(own.loss / loss - 1)).toBeLessThan(16 * 2 ** -23);
  for (const reference of references) {
    const errors = relativeErrors(own.gradients, reference);
    expect(errors.filter(({ error }) => !(error <= TOLERANCE))).toEqual([]);
  }
}

describe("gradients of a whole network against PyTorch's, from the fixture", () => {
  const path = join(root, "test/fixtures/torch-gradients");
  const header = readHeader(path);
  const references = readGradients(path, header);

  it("PyTorch's own float32 error leaves room for the tolerance", () => {
    expect(header.networks.map(({ scheme }) => scheme)).toEqual([
      "batchnorm",
      "skipinit",
      "sqrt2",
      "unnormalized",
    ]);
    for (const { float32Error, parameters } of header.networks) {
      for (const error of [float32Error, ...parameters.map((one) => one.float32Error)]) {
        expect(error).toBeLessThan(TOLERANCE / 4);
      }
    }
  });

  describe.each([...KERNEL_BUILDS, "composed"] as const)("wasm, %s kernels", (build) => {
    afterAll(() => {
      selectKernels("auto");
    });

    it.for(header.networks.map(({ scheme }, index) => ({ scheme, index })))(
      "PyTorch and wasm agree: $scheme",
      ({ index }, { skip }) => {
        try {
          selectKernels(build);
        } catch (error) {
          if (!(error instanceof RespathError)) throw error;
          console.warn(`not compared with PyTorch: ${error.message}`);
          skip(error.message);
        }
        expectAgreement(header, index, [references[index]]);
      },
    );
  });

  it("PyTorch and TensorFlow.js's cpu backend agree: batchnorm", async () => {
    await tf.setBackend("cpu");
    try {
      expectAgreement(header, 0, [references[0]]);
    } finally {
      await tf.setBackend("wasm");
    }
  });
});

const hasTorch = hasPythonModules(["torch", "numpy"], "PyTorch is not run live");

describe.skipIf(!hasTorch)("gradients of a whole network against PyTorch's, run live", () => {
  // A wider stem than the first stage, widths that are not multiples of 8, an odd size, a batch that is not a power of two.
  it.each([
    { model: "wrn-10-0.75", schemes: ["batchnorm", "sqrt2"], imageSize: 9, batch: 5, seed: 2 },
    { model: "wrn-16-1", schemes: ["batchnorm", "skipinit", "rezero"], imageSize: 8, batch: 4, seed: 3 },
    { model: "wrn-22-0.5", schemes: ["skipinit", "sqrt2"], imageSize: 8, batch: 4, seed: 4 },
  ])("PyTorch and wasm agree: $model at $imageSize×$imageSize, $schemes", ({ schemes, ...settings }) => {
    const out = join(folder, `${settings.model}-${settings.imageSize}`);
    const { model, imageSize, batch, seed } = settings;
    const args = { model, schemes, "image-size": imageSize, batch, seed, out };
    const run = spawnSync(
      python,
      [
        join(root, "scripts/fixtures/torch_gradients.py"),
        "--float64",
        ...Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ],
      { env: pythonEnvironment, encoding: "utf8" },
    );
    expect(run.stderr).toBe("");
    const header = readHeader(out);
    const [single, exact] = [readGradients(out, header), readGradients(out, header, 64)];
    for (const index of header.networks.keys()) {
      expectAgreement(header, index, [single[index], exact[index]]);
    }
  });
});
