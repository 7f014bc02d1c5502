import { describe, expect, it } from "vitest";
import { parseArchitecture, resolveScheme } from "../../../src/network/index.js";
import {
  architectureGeometry,
  distinctLayers,
  type LayerPlan,
  type NetworkPlan,
  type PlanChoices,
  planNetwork,
  uniformGeometry,
} from "../../../src/network/plan/index.js";

const STEM = { gain: 1, isStandardized: false };

/** Of three layers a branch, or of an architecture with a block whose shape changes. */
function planOf(name: string, choices: Partial<PlanChoices> = {}, architecture?: string): NetworkPlan {
  const geometry = architecture
    ? architectureGeometry({
        kind: "convolution",
        architecture: parseArchitecture(architecture),
        inputs: 3,
        size: 32,
      })
    : uniformGeometry({ kind: "dense", depth: 16, layers: 3, width: 64, inputs: 100, size: 1 });
  return planNetwork({
    scheme: resolveScheme(name),
    geometry,
    choices: { activation: "relu", stem: STEM, ...choices },
  });
}

const normalizers = (layers: readonly LayerPlan[]) => layers.map(({ normalizer }) => normalizer);

describe("planNetwork", () => {
  it.each([
    ["each", ["batch", "batch", "batch"], "none", "none"],
    ["first", ["batch", "none", "none"], "none", "none"],
    ["last", ["none", "none", "none"], "batch", "none"],
    ["merge", ["none", "none", "none"], "none", "batch"],
  ] as const)("normalises %s", (position, expected, ending, merge) => {
    const plan = planOf("batchnorm", { position });
    expect(plan.runs).toHaveLength(1);
    const { block } = plan.runs[0];
    expect(normalizers(block.layers)).toEqual(expected);
    expect(block.ending).toEqual({ normalizer: ending });
    expect(block.merge).toEqual({ normalizer: merge, activation: "linear" });
    expect(block.skip).toEqual({ kind: "identity" });
    expect(block.streams).toEqual({ reads: [0], writes: [0] });
    expect(plan.counted).toBe("variance");
  });

  it.each([
    ["each", "batch"],
    ["first", "batch"],
    ["last", "none"],
    ["merge", "none"],
  ] as const)(
    "gives the weights on the skip path the first normaliser of the branch: %s",
    (position, expected) => {
      const [{ block }, { block: next }] = planOf("batchnorm", { position }, "wrn-16-4").runs;
      expect(block.skip).toEqual({
        kind: "projection",
        layer: {
          kind: "convolution",
          ...{ inputs: 16, outputs: 64, kernel: 1, stride: 1, size: 32 },
          ...{ normalizer: expected, activation: "relu", gain: 2, initialScale: 1, isStandardized: false },
        },
      });
      expect(next.skip.kind).toBe("identity");
    },
  );

  it("divides by the expected deviation where something enters the block, and standardises all of its weights", () => {
    const plan = planOf("nfnet", { deviation: 1.5 }, "wrn-16-4");
    const { layers, skip } = plan.runs[0].block;
    expect(normalizers(layers)).toEqual(["expected", "none"]);
    expect(skip.kind === "projection" && skip.layer.normalizer).toBe("expected");
    for (const { gain, isStandardized } of distinctLayers(plan)) {
      expect(gain).toBe(2 / (1 - 1 / Math.PI));
      expect(isStandardized).toBe(true);
    }
    expect(plan.stem.layer).toMatchObject({
      normalizer: "none",
      activation: "linear",
      gain: 1,
      isStandardized: false,
    });
    expect(plan.scales.deviation).toBe(1.5);
    expect(plan.counted).toBe("secondMoment");
    expect(planOf("nfnet").scales).not.toHaveProperty("deviation");
  });

  it.each([
    // Of 16 blocks with m = 3 layers, 16^(−1/4) is 1/2.
    [undefined, [1, 1, 1], 0],
    [[], [1, 1, 1], 1],
    [[1], [1, 1, 0], 1],
    [[2], [0.5, 0.5, 1], 1],
    [[1, 2, 3, 4], [0.5, 0.5, 0], 1],
  ] as const)("starts fixup's weights at their scales: components %j", (fixup, expected, branch) => {
    const { runs, scales } = planOf("fixup", { fixup });
    expect(runs[0].block.layers.map(({ initialScale }) => initialScale)).toEqual(expected);
    const scale = scales.branch;
    expect(typeof scale === "function" ? scale(1, 16) : scale).toBe(branch);
  });

  it("has groups where something is grouped, and nowhere else", () => {
    const { block } = planOf("groupnorm", { groups: 4, position: "first" }).runs[0];
    expect(block.layers.map(({ groups }) => groups)).toEqual([4, undefined, undefined]);
    expect(planOf("groupnorm", { groups: 4, position: "last" }).runs[0].block.ending).toEqual({
      normalizer: "group",
      groups: 4,
    });
    const layers = planOf("layernorm", { groups: 4 }).runs[0].block.layers;
    expect(layers.every((layer) => !("groups" in layer))).toBe(true);
  });

  it("follows the scheme where nothing is chosen", () => {
    const postLn = planOf("post-ln").runs[0].block;
    expect(normalizers(postLn.layers)).toEqual(["none", "none", "none"]);
    expect(postLn.merge.normalizer).toBe("layer");
    expect(planOf("unnormalized").counted).toBe("secondMoment");
    expect(planOf("unnormalized", { activation: "tanh" }).runs[0].block.layers[0].gain).toBe(1);
    expect(planOf("unnormalized", { gain: 3 }).runs[0].block.layers[0].gain).toBe(3);
    expect(planOf("unnormalized").inputVariance).toBe(1);
    expect(planOf("unnormalized", { inputVariance: 2 }).inputVariance).toBe(2);
    expect(planOf("unnormalized").scales).not.toHaveProperty("survival");
    expect(planOf("stochastic-depth").scales).toHaveProperty("survival");
  });

  it("plans ten million blocks as one run", () => {
    const geometry = uniformGeometry({
      kind: "dense",
      depth: 1e7,
      layers: 1,
      width: 64,
      inputs: 64,
      size: 1,
    });
    const { runs, depth } = planNetwork({
      scheme: resolveScheme("batchnorm"),
      geometry,
      choices: { activation: "relu", stem: STEM },
    });
    expect(depth).toBe(1e7);
    expect(runs).toHaveLength(1);
    expect([runs[0].first, runs[0].length]).toEqual([1, 1e7]);
  });
});
