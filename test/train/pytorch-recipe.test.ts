import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { RecipeSettings } from "../../src/network/settings/recipe.js";
import { startTensors } from "../../src/tensor/index.js";
import { Optimizer } from "../../src/train/step/optimizer.js";
import { hasPythonModules, python, pythonEnvironment } from "../helpers/python.js";
import { networkOf, stateOf } from "./networks.js";
import { fill, uniforms } from "./torch-gradients.js";

const root = join(import.meta.dirname, "../..");
beforeAll(() => startTensors("wasm"));

const hasTorch = hasPythonModules(["torch", "numpy"], "SGD is not compared with PyTorch");

const [MODEL, SIDE, BATCH, STEPS, RATE] = ["wrn-10-0.25", 8, 4, 4, 0.05];

interface Course {
  readonly losses: readonly number[];
  /** Before clipping. */
  readonly norms: readonly number[];
  /** After the last step, parameter by parameter. */
  readonly weights: readonly (readonly number[])[];
}

/** What scripts/fixtures/torch_recipe.py writes: PyTorch in float32 and in float64. */
interface TorchSteps {
  readonly seed: number;
  readonly single: Course;
  readonly exact: Course;
}

const CASES: readonly { readonly scheme: string; readonly recipe: RecipeSettings }[] = [
  { scheme: "skipinit", recipe: { l2: 0.01 } },
  { scheme: "skipinit", recipe: { l2: 0.01, nesterov: true, clipNorm: 1, labelSmoothing: 0.1 } },
  { scheme: "batchnorm", recipe: { l2: 0.01, nesterov: true, clipNorm: 1, labelSmoothing: 0.1 } },
  { scheme: "batchnorm", recipe: { l2: 0.01, l2On: "all", nesterov: true, labelSmoothing: 0.3 } },
  { scheme: "sqrt2", recipe: { l2: 0, momentum: 0.5, clipNorm: 0.25 } },
];

/** PyTorch's steps, case by case. */
function torchSteps(): TorchSteps[] {
  const setting = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const cases = CASES.map(({ scheme, recipe }) => ({
    scheme,
    ...Object.fromEntries(Object.entries(recipe).map(([name, value]) => [setting(name), value])),
    model: MODEL,
    image_size: SIDE,
    batch: BATCH,
    steps: STEPS,
    lr: RATE,
  }));
  const script = join(root, "scripts/fixtures/torch_recipe.py");
  const run = spawnSync(python, [script], {
    env: pythonEnvironment,
    encoding: "utf8",
    input: JSON.stringify(cases),
    maxBuffer: 2 ** 28,
  });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout);
}

/** The same steps here, from the same weights and images. */
function ownSteps(scheme: string, recipe: RecipeSettings, seed: number): Course & { start: number[][] } {
  const draw = uniforms(seed);
  const shape = [BATCH, SIDE, SIDE, 3] as const;
  const batches = Array.from({ length: STEPS }, () => draw(BATCH * SIDE * SIDE * 3, Math.sqrt(3)));
  const labels = Int32Array.from({ length: BATCH }, (_, index) => (7 * index) % 10);
  const network = networkOf(MODEL, scheme);
  fill(network, draw);
  const weights = () => stateOf(network).weights.map((values) => [...values]);
  const start = weights();
  const optimizer = new Optimizer(network, { clipNorm: 1e9, ...recipe });
  const steps = batches.map((images) => optimizer.step({ images, shape, labels }, RATE));
  const found = {
    start,
    losses: steps.map(({ loss }) => loss),
    norms: steps.map(({ gradientNorm }) => gradientNorm!),
    weights: weights(),
  };
  network.dispose();
  return found;
}

/** ‖a − b‖ of all parameters together. */
function distance(a: Course["weights"], b: Course["weights"]): number {
  const squares = a.flatMap((values, index) => values.map((value, i) => (value - b[index][i]) ** 2));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

const worst = (found: readonly number[], exact: readonly number[]) =>
  Math.max(...found.map((value, i) => Math.abs(value / exact[i] - 1)));

/** As the test of a whole network's gradients: relative, float32 on both sides. */
const TOLERANCE = 1e-5;

describe.skipIf(!hasTorch)(`${STEPS} steps of SGD against PyTorch's`, () => {
  let references: TorchSteps[];
  beforeAll(() => {
    references = torchSteps();
  });

  it.each(CASES)("PyTorch and respath agree: $scheme, $recipe", ({ scheme, recipe }) => {
    const index = CASES.findIndex((one) => one.recipe === recipe);
    const { seed, single, exact } = references[index];
    const own = ownSteps(scheme, recipe, seed);
    // The weights' own rounding, at each step, is not small beside how far they move.
    const moved = distance(exact.weights, own.start);
    const rounding =
      (STEPS *
        2 ** -24 *
        distance(
          own.start,
          own.start.map((values) => values.map(() => 0)),
        )) /
      moved;
    for (const [found, tolerance] of [
      [single, TOLERANCE / 4],
      [own, TOLERANCE],
    ] as const) {
      expect(distance(found.weights, exact.weights) / moved).toBeLessThan(tolerance + rounding);
      expect(worst(found.losses, exact.losses)).toBeLessThan(tolerance);
      expect(worst(found.norms, exact.norms)).toBeLessThan(tolerance);
    }
    // What is clipped is: every part of the recipe has its effect.
    if (recipe.clipNorm !== undefined) expect(Math.max(...exact.norms)).toBeGreaterThan(recipe.clipNorm);
  });
});
