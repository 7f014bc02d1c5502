import { beforeAll, describe, expect, it } from "vitest";
import type { RunDocument } from "../../../src/network/documents.js";
import { lossAndGradients, softmaxCrossEntropy, startTensors, tf } from "../../../src/tensor/index.js";
import { selectKernels, setExactConvolutions } from "../../../src/tensor/kernels/index.js";
import {
  createNetwork,
  ghostBatches,
  Optimizer,
  type StepResult,
  StoppedError,
  Team,
  train,
} from "../../../src/train/index.js";
import { planTraining, type TrainSettings } from "../../../src/train/plan/train-plan.js";
import { planRecipe } from "../../../src/train/step/recipe.js";
import { TeamThread } from "../../../src/train/team/team-thread.js";
import { easyImages } from "../images.js";
import { networkOf, noise, stateOf } from "../networks.js";

beforeAll(() => startTensors("wasm"));

const MODEL = "wrn-10-0.25";
const SIDE = 8;

const settingsOf = (scheme: string, workers: number, more: Partial<TrainSettings> = {}): TrainSettings => ({
  model: MODEL,
  scheme,
  batch: 22,
  ghostBatch: 6,
  workers,
  imageSize: SIDE,
  steps: 1,
  learningRate: 0.1,
  seed: 1,
  ...more,
});

const startTeam = async (settings: TrainSettings) => {
  const plan = planTraining(settings);
  const network = createNetwork(plan);
  const team = await Team.start({ network, plan, classes: 10, backend: "wasm" });
  return { network, plan, team };
};

const RATES = [0.1, 0.05, 0.1];
const RECIPE = {
  nesterov: true,
  momentum: 0.8,
  l2: 1e-3,
  l2On: "all",
  clipNorm: 0.5,
  labelSmoothing: 0.1,
} as const;

/** The states after each of some steps on `workers` threads. */
async function onTeam(settings: TrainSettings) {
  const { network, plan, team } = await startTeam(settings);
  const steps: { result: StepResult; state: ReturnType<typeof stateOf> }[] = [];
  try {
    for (const [step, rate] of RATES.entries()) {
      const result = await team.step({ ...noise(plan.batch, SIDE, step), draw: { step, ghost: 0 } }, rate);
      steps.push({ result, state: stateOf(network) });
    }
  } finally {
    await team.close();
    network.dispose();
  }
  return steps;
}

function inTurn(all: TrainSettings) {
  const { batch, ghostBatch, ...settings } = all;
  const network = createNetwork(planTraining(all));
  const optimizer = new Optimizer(network, { ghostBatch, ...planRecipe(settings) });
  const steps = RATES.map((rate, step) => ({
    result: optimizer.step({ ...noise(batch!, SIDE, step), draw: { step, ghost: 0 } }, rate),
    state: stateOf(network),
  }));
  network.dispose();
  return steps;
}

describe("a team", () => {
  it.each([
    // 6, 6, 5 and 5 images: no number of threads divides the batch.
    ["skipinit", {}, [2]],
    // Five ghost batches: the last round is not full.
    ["batchnorm", { batch: 20, ghostBatch: 4 }, [1, 2, 4]],
    // The norm of the gradient is about 1.
    ["batchnorm", { batch: 20, ghostBatch: 4, ...RECIPE }, [1, 2, 4]],
    ["skipinit", RECIPE, [2]],
    // Drops branches, whose averages rest, and features.
    ["stochastic-depth", { survival: "0.5", dropout: 0.3, batch: 20, ghostBatch: 4 }, [1, 2]],
  ] as const)(
    "%s %j: weights, metrics and moving averages are equal bit for bit to one thread's, on %j",
    async (scheme, more, threads) => {
      const expected = inTurn(settingsOf(scheme, 1, more));
      for (const workers of threads) {
        expect(await onTeam(settingsOf(scheme, workers, more)), `${workers} threads`).toEqual(expected);
      }
    },
  );

  it("computes as its first thread does: with its kernels, exact or not", async () => {
    // Its last stages have the 16 channels that Winograd's convolutions start from.
    const settings = settingsOf("skipinit", 2, { model: "wrn-10-0.5", exact: true });
    selectKernels("simd");
    setExactConvolutions(true);
    try {
      expect(await onTeam(settings)).toEqual(inTurn(settings));
    } finally {
      selectKernels();
      setExactConvolutions(false);
    }
  });

  it("names what a worker threw", async () => {
    const { network, team } = await startTeam(settingsOf("batchnorm", 2));
    const tensors = tf.memory().numTensors;
    const batch = noise(22, SIDE);
    // In the second ghost batch, which the worker has.
    const labels = Array.from(batch.labels, (label, index) => (index === 7 ? 10 : label));
    await expect(team.step({ ...batch, labels }, 0.1)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining("labels must be classes from 0 to 9"),
    });
    await team.close();
    expect(tf.memory().numTensors).toBe(tensors);
    network.dispose();
  });

  it("changes nothing when one ghost batch's loss is not finite, and goes on", async () => {
    const { network, team } = await startTeam(settingsOf("batchnorm", 2));
    const alone = networkOf(MODEL, "batchnorm");
    const optimizer = new Optimizer(alone, { ghostBatch: 6 });
    const bad = noise(22, SIDE);
    bad.images[7 * SIDE * SIDE * 3] = Number.NaN;
    const before = stateOf(network);
    expect((await team.step(bad, 0.1)).loss).toBeNaN();
    expect(stateOf(network)).toEqual(before);
    for (const step of [1, 2]) {
      const batch = noise(22, SIDE, step);
      expect(await team.step(batch, 0.1)).toEqual(optimizer.step(batch, 0.1));
    }
    expect(stateOf(network)).toEqual(stateOf(alone));
    await team.close();
    tf.dispose([network, alone].flatMap(({ parameters }) => parameters.map(({ variable }) => variable)));
  });

  it("says that a worker has ended instead of waiting for ever", async () => {
    const thread = new TeamThread(new URL("../exiting-worker.js", import.meta.url), {});
    await expect(thread.ask({ kind: "gradients", ghost: 0 })).rejects.toThrow(
      "a training worker ended unexpectedly (exit code 3)",
    );
    await expect(thread.ask({ kind: "gradients", ghost: 0 })).rejects.toThrow("ended unexpectedly");
    await thread.close();
  });
});

describe("ghost batches in turn", () => {
  /** Half a unit in the last place of float32. */
  const ROUNDING = 2 ** -24;

  it("move the weights along the mean gradient and the averages to the mean statistics", () => {
    const network = networkOf(MODEL, "batchnorm");
    const batch = noise(11, SIDE);
    const ghosts = ghostBatches(11, 4);
    const perImage = SIDE * SIDE * 3;
    const variables = network.parameters.map(({ variable }) => variable);
    const gradients = variables.map(({ size }) => new Float64Array(size));
    const magnitudes = variables.map(({ size }) => new Float64Array(size));
    const means = network.statistics.map(({ channels }) => new Float64Array(channels));
    let expectedLoss = 0;
    for (const { start, size } of ghosts) {
      const images = tf.tensor4d(batch.images.slice(start * perImage, (start + size) * perImage), [
        size,
        SIDE,
        SIDE,
        3,
      ]);
      const labels = Array.from(batch.labels).slice(start, start + size);
      const found = lossAndGradients(
        () => softmaxCrossEntropy({ logits: network.forward({ images, mode: "train" }), labels }).loss,
        variables,
      );
      expectedLoss += (size / 11) * found.loss.dataSync()[0];
      found.gradients.forEach((gradient, index) => {
        gradient.dataSync().forEach((value, i) => {
          gradients[index][i] += (size / 11) * value;
          magnitudes[index][i] += (size / 11) * Math.abs(value);
        });
      });
      network.statistics.forEach(({ latest }, index) => {
        latest.mean.forEach((value, c) => {
          means[index][c] += (size / 11) * value;
        });
      });
      tf.dispose([images, found.loss, ...found.gradients]);
    }
    const before = stateOf(network);
    const { loss } = new Optimizer(network, { ghostBatch: 4, l2: 0 }).step(batch, 1);
    const after = stateOf(network);
    expect(Math.abs(loss - expectedLoss)).toBeLessThan(1e-12);
    gradients.forEach((gradient, index) => {
      gradient.forEach((value, i) => {
        const [from, to] = [before.weights[index][i], after.weights[index][i]];
        // The sum over the ghost batches is rounded once for each, velocity and weight once.
        const bound =
          ROUNDING * ((ghosts.length + 1) * magnitudes[index][i] + Math.abs(from) + Math.abs(value));
        expect(Math.abs(from - value - to)).toBeLessThanOrEqual(bound);
      });
    });
    means.forEach((mean, index) => {
      mean.forEach((value, c) => {
        // Moving means start at 0.
        expect(Math.abs(after.averages[index].mean[c] - 0.1 * value)).toBeLessThanOrEqual(
          0.1 * ROUNDING * (ghosts.length + 2) * (Math.abs(value) + 1),
        );
      });
    });
    network.dispose();
  });
});

describe("train on several threads", () => {
  const data = { train: easyImages(90), test: easyImages(40, 1) };
  const settings = { ...settingsOf("batchnorm", 1), steps: 4, batch: 30, ghostBatch: 8, data };

  it("gives the same run for any number, with or without recomputation", async () => {
    const [alone, together] = [await train(settings), await train({ ...settings, workers: 2, recompute: 2 })];
    const argumentsOf = ({ provenance }: RunDocument) => provenance?.arguments;
    expect(argumentsOf(alone)).toMatchObject({ workers: 1, ghostBatch: 8, recompute: "none" });
    expect(argumentsOf(together)).toMatchObject({ workers: 2, ghostBatch: 8, recompute: 2 });
    const found = ({ lossCurve, profile, testAccuracy }: RunDocument) => ({
      lossCurve,
      profile,
      testAccuracy,
    });
    expect(found(together)).toEqual(found(alone));
  });

  it("uses no more threads than there are ghost batches", async () => {
    expect(planTraining({ ...settings, workers: 64 }).workers).toBe(4);
    expect(planTraining({ ...settings, batch: 64, ghostBatch: undefined, workers: undefined }).workers).toBe(
      1,
    );
  });

  it("stops between two steps when asked to", async () => {
    const stop = new AbortController();
    const stopped = train({
      ...settings,
      workers: 2,
      signal: stop.signal,
      onStep: ({ step }) => {
        if (step === 2) stop.abort();
      },
    });
    await expect(stopped).rejects.toThrow(StoppedError);
    await expect(stopped).rejects.toThrow("after step 2 of 4");
  });

  it("a diverging run is a result", async () => {
    const run = await train({ ...settings, scheme: "unnormalized", workers: 2, learningRate: 1e30 });
    expect(run.outcome).toBe("diverged");
  });
});
