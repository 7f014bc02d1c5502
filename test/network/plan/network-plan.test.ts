import { describe, expect, it } from "vitest";
import { parseArchitecture, resolveScheme } from "../../../src/network/index.js";
import {
  architectureGeometry,
  blockAt,
  distinctLayers,
  type Geometry,
  type NetworkPlan,
  type PerBlock,
  planNetwork,
  plannedBlocks,
  scalesAt,
  survivalAt,
  uniformGeometry,
} from "../../../src/network/plan/index.js";

function planOf(geometry: Geometry, name = "stochastic-depth"): NetworkPlan {
  const choices = { activation: "relu", stem: { gain: 1, isStandardized: false } } as const;
  return planNetwork({ scheme: resolveScheme(name), geometry, choices });
}

function maps(name: string): NetworkPlan {
  const architecture = parseArchitecture(name);
  return planOf(architectureGeometry({ kind: "convolution", architecture, inputs: 3, size: 32 }));
}

const uniform = (depth: number) =>
  planOf(uniformGeometry({ kind: "dense", depth, layers: 2, width: 8, inputs: 8, size: 1 }));

describe("plannedBlocks", () => {
  it("has every block once, with its place in its stage", () => {
    const blocks = [...plannedBlocks(maps("wrn-22-4"))];
    expect(
      blocks.map(({ block, depth, stage, place }) => [
        block,
        depth,
        stage?.number,
        place?.index,
        place?.length,
      ]),
    ).toEqual([
      [1, 9, 1, 1, 3],
      [2, 9, 1, 2, 3],
      [3, 9, 1, 3, 3],
      [4, 9, 2, 1, 3],
      [5, 9, 2, 2, 3],
      [6, 9, 2, 3, 3],
      [7, 9, 3, 1, 3],
      [8, 9, 3, 2, 3],
      [9, 9, 3, 3, 3],
    ]);
    // Equal blocks are one object.
    expect(blocks[1].plan).toBe(blocks[2].plan);
    expect(blocks[0].plan).not.toBe(blocks[1].plan);
  });

  it("has no places in a uniform stack", () => {
    const plan = uniform(3);
    const { block } = plan.runs[0];
    expect([...plannedBlocks(plan)]).toEqual([1, 2, 3].map((i) => ({ block: i, depth: 3, plan: block })));
  });
});

describe("blockAt", () => {
  it.each([
    ["wrn-16-4", maps("wrn-16-4")],
    ["resnet-50-v2", maps("resnet-50-v2")],
    ["a uniform stack", uniform(7)],
  ])("is the block of plannedBlocks: %s", (_, plan) => {
    const blocks = [...plannedBlocks(plan)];
    expect(blocks).toHaveLength(plan.depth);
    for (const [index, block] of blocks.entries()) {
      const found = blockAt(plan, index + 1);
      expect(found).toEqual(block);
      expect(found.plan).toBe(block.plan);
    }
  });

  it("is the last of ten million", () => {
    expect(blockAt(uniform(1e7), 1e7).block).toBe(1e7);
  });
});

describe("what differs from block to block", () => {
  const plan = maps("wrn-16-4");
  const withBranch = (branch: PerBlock) => ({ scales: { ...plan.scales, skip: 0.5, branch } });

  it("is the same number for all", () => {
    expect(scalesAt(withBranch(2), blockAt(plan, 3))).toEqual({ skip: 0.5, branch: 2 });
  });

  it("is the number of a table", () => {
    const table = withBranch(Float64Array.of(1, 2, 3, 4, 5, 6));
    expect([...plannedBlocks(plan)].map((at) => scalesAt(table, at).branch)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("is what a function makes of the block, the depth and the place in a stage", () => {
    const ofPlace = withBranch((block, depth, place) => 100 * block + 10 * depth + (place?.index ?? 0));
    expect([...plannedBlocks(plan)].map((at) => scalesAt(ofPlace, at).branch)).toEqual([
      161, 262, 361, 462, 561, 662,
    ]);
  });

  it("survives with the scheme's probability, or always", () => {
    // 1 − i/(2d)
    expect(survivalAt(plan, blockAt(plan, 3))).toBeCloseTo(0.75, 15);
    expect(survivalAt({ scales: { skip: 1, branch: 1 } }, blockAt(plan, 3))).toBe(1);
    expect(survivalAt({ scales: { skip: 1, branch: 1, survival: 0.25 } }, blockAt(plan, 3))).toBe(0.25);
  });
});

describe("distinctLayers", () => {
  it("are those of the runs, projections included, each once", () => {
    const shapes = distinctLayers(maps("wrn-22-4")).map(({ inputs, outputs, kernel }) => [
      inputs,
      outputs,
      kernel,
    ]);
    expect(shapes).toEqual([
      [16, 64, 3],
      [64, 64, 3],
      [16, 64, 1],
      [64, 64, 3],
      [64, 64, 3],
      [64, 128, 3],
      [128, 128, 3],
      [64, 128, 1],
      [128, 128, 3],
      [128, 128, 3],
      [128, 256, 3],
      [256, 256, 3],
      [128, 256, 1],
      [256, 256, 3],
      [256, 256, 3],
    ]);
    expect(distinctLayers(uniform(1e7))).toHaveLength(2);
  });

  it("has a layer that runs share once", () => {
    const { runs } = uniform(2);
    expect(distinctLayers({ runs: [runs[0], { ...runs[0], first: 3 }] })).toHaveLength(2);
  });
});
