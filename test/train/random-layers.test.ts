import { beforeAll, describe, expect, it } from "vitest";
import { startTensors, tf } from "../../src/tensor/index.js";
import { type Network, Optimizer } from "../../src/train/index.js";
import { uniformTensor } from "../tensor/helpers.js";
import { networkOf, noise } from "./networks.js";
import { IMAGES, logitsOf, MODEL, SHAPE, SIDE, stochastic } from "./scheme-networks.js";

beforeAll(() => startTensors("wasm"));

describe("what is random", () => {
  it("dropout and stochastic depth are keyed by seed, step and ghost batch, and absent outside of training", () => {
    const networks = [
      (seed: number) => networkOf(MODEL, "skipinit", seed, { dropout: 0.5 }),
      (seed: number) => networkOf(MODEL, stochastic("0.5"), seed),
    ];
    for (const create of networks) {
      const network = create(1);
      const at = (step: number, ghost: number) =>
        String(logitsOf(network, { mode: "train", draw: { step, ghost } }));
      expect(at(3, 4)).toBe(at(3, 4));
      const draws = [0, 1, 2, 3].flatMap((step) => [at(step, 0), at(step, 4)]);
      expect(new Set(draws).size).toBeGreaterThan(4);
      for (const mode of ["evaluate", "measure"] as const) {
        const plain = logitsOf(network, { mode });
        expect(logitsOf(network, { mode, draw: { step: 5, ghost: 0 } })).toEqual(plain);
      }
      network.dispose();
    }
  });

  it("dropout keeps 1 − rate of the features, divided by that: the logits' mean stays", () => {
    const network = networkOf(MODEL, "skipinit", 1, { dropout: 0.25 });
    const plain = logitsOf(network, { mode: "measure" });
    const STEPS = 400;
    const sums = plain.map(() => 0);
    const squares = plain.map(() => 0);
    for (let step = 0; step < STEPS; step++) {
      logitsOf(network, { mode: "train", draw: { step, ghost: 0 } }).forEach((value, i) => {
        sums[i] += value;
        squares[i] += value * value;
      });
    }
    plain.forEach((value, i) => {
      const average = sums[i] / STEPS;
      const se = Math.sqrt((squares[i] / STEPS - average ** 2) / (STEPS - 1));
      expect(se).toBeGreaterThan(0);
      expect(Math.abs(average - value)).toBeLessThan(5 * se);
    });
    network.dispose();
  });

  it("a branch is kept with its probability, dropped it leaves the skip path, and counts for p in evaluation", () => {
    const survival = "1-0.8*i/d";
    const network = networkOf("wrn-16-0.25", stochastic(survival));
    // Block 2 is no transition block.
    const block = network.pieces[2];
    const STEPS = 500;
    let kept = 0;
    tf.tidy(() => {
      const x = uniformTensor<tf.Rank.R4>([2, 4, 4, 4], 7);
      const before = [...x.dataSync()];
      for (let step = 0; step < STEPS; step++) {
        const y = tf.tidy(() => [...block.apply(x, { mode: "train", draw: { step, ghost: 0 } }).dataSync()]);
        if (String(y) !== String(before)) kept++;
      }
      const p = 1 - (0.8 * 2) / 6;
      expect(Math.abs(kept / STEPS - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / STEPS));
      // x + p·f(x), of which x + f(x) is known from a step that kept it.
      const whole = findKept(block, x);
      const expected = [...block.apply(x, { mode: "measure" }).dataSync()];
      expected.forEach((value, i) => {
        expect(Math.abs(value - (before[i] + p * (whole[i] - before[i])))).toBeLessThan(1e-5);
      });
    });
    network.dispose();
  });

  it("moving averages rest in the steps that drop a branch, but for what is on the skip path as well", () => {
    const network = networkOf(MODEL, stochastic("0.5"));
    const optimizer = new Optimizer(network);
    const averages = () => new Map(network.statistics.map(({ name, moving }) => [name, String(moving.mean)]));
    for (let step = 0; step < 8; step++) {
      const batch = { ...noise(IMAGES, SIDE, step), draw: { step, ghost: 0 } };
      const kept = new Set<string>();
      tf.tidy(() => {
        const images = tf.tensor4d(batch.images, [...SHAPE]);
        network.forward({
          images,
          mode: "train",
          draw: batch.draw,
          onBlock: ({ at }) => kept.add(`block${at.block}`),
        });
      });
      const before = averages();
      optimizer.step(batch, 0.01);
      for (const [name, value] of averages()) {
        const isOnSkipPath = ["block2.activation1", "block3.activation1", "last"].includes(name);
        const moves = isOnSkipPath || kept.has(name.split(".")[0]);
        expect(value !== before.get(name), `${name} in step ${step}`).toBe(moves);
      }
    }
    network.dispose();
  });
});

function findKept(block: Network["pieces"][number], x: tf.Tensor4D): number[] {
  for (let step = 0; ; step++) {
    const y = [...block.apply(x, { mode: "train", draw: { step, ghost: 0 } }).dataSync()];
    if (String(y) !== String([...x.dataSync()])) return y;
  }
}
