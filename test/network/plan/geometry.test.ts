import { describe, expect, it } from "vitest";
import { parseArchitecture } from "../../../src/network/index.js";
import { architectureGeometry, type LayerShape, uniformGeometry } from "../../../src/network/plan/index.js";

type Numbers = readonly [inputs: number, outputs: number, kernel: number, stride: number, size: number];

function shape([inputs, outputs, kernel, stride, size]: Numbers): LayerShape {
  return { kind: "convolution", inputs, outputs, kernel, stride, size };
}

function dense(inputs: number, outputs: number): LayerShape {
  return { kind: "dense", inputs, outputs, kernel: 1, stride: 1, size: 1 };
}

function maps(name: string, size: number) {
  return architectureGeometry({
    kind: "convolution",
    architecture: parseArchitecture(name),
    inputs: 3,
    size,
  });
}

describe("architectureGeometry", () => {
  it("of wrn-16-4 on images of 32: a run where the shape changes, and one of what is left of the stage", () => {
    const { depth, stem, runs } = maps("wrn-16-4", 32);
    expect(depth).toBe(6);
    expect(stem).toEqual({ layer: shape([3, 16, 3, 1, 32]), pooling: 1 });
    const expected: [first: number, stage: number, layers: Numbers[], projection?: Numbers][] = [
      [
        1,
        1,
        [
          [16, 64, 3, 1, 32],
          [64, 64, 3, 1, 32],
        ],
        [16, 64, 1, 1, 32],
      ],
      [
        2,
        1,
        [
          [64, 64, 3, 1, 32],
          [64, 64, 3, 1, 32],
        ],
      ],
      [
        3,
        2,
        [
          [64, 128, 3, 2, 32],
          [128, 128, 3, 1, 16],
        ],
        [64, 128, 1, 2, 32],
      ],
      [
        4,
        2,
        [
          [128, 128, 3, 1, 16],
          [128, 128, 3, 1, 16],
        ],
      ],
      [
        5,
        3,
        [
          [128, 256, 3, 2, 16],
          [256, 256, 3, 1, 8],
        ],
        [128, 256, 1, 2, 16],
      ],
      [
        6,
        3,
        [
          [256, 256, 3, 1, 8],
          [256, 256, 3, 1, 8],
        ],
      ],
    ];
    expect(runs).toEqual(
      expected.map(([first, number, layers, projection]) => ({
        first,
        length: 1,
        stage: { number, first: 2 * number - 1, length: 2 },
        layers: layers.map(shape),
        ...(projection ? { projection: shape(projection) } : {}),
      })),
    );
  });

  it("of resnet-50-v2 on images of 224: its bottlenecks of equal shapes together", () => {
    const { depth, stem, runs } = maps("resnet-50-v2", 224);
    expect(depth).toBe(16);
    expect(stem).toEqual({ layer: shape([3, 64, 7, 2, 224]), pooling: 2 });
    expect(
      runs.map(({ first, length, stage }) => [first, length, stage?.number, stage?.first, stage?.length]),
    ).toEqual([
      [1, 1, 1, 1, 3],
      [2, 2, 1, 1, 3],
      [4, 1, 2, 4, 4],
      [5, 3, 2, 4, 4],
      [8, 1, 3, 8, 6],
      [9, 5, 3, 8, 6],
      [14, 1, 4, 14, 3],
      [15, 2, 4, 14, 3],
    ]);
    expect(runs[4].layers).toEqual(
      [[512, 256, 1, 1, 28] as const, [256, 256, 3, 2, 28] as const, [256, 1024, 1, 1, 14] as const].map(
        shape,
      ),
    );
    expect(runs[4].projection).toEqual(shape([512, 1024, 1, 2, 28]));
    expect(runs[7].layers).toEqual(
      [[2048, 512, 1, 1, 7] as const, [512, 512, 3, 1, 7] as const, [512, 2048, 1, 1, 7] as const].map(shape),
    );
    expect(runs[7].projection).toBeUndefined();
  });

  it("of a dense network: the widths alone, in proportion", () => {
    const architecture = parseArchitecture("wrn-16-4");
    const scaled = (width: number) => width / 4;
    const { stem, runs } = architectureGeometry({
      kind: "dense",
      ...{ architecture, inputs: 100, size: 1, scaled, stemWidth: 16 },
    });
    expect(stem.layer).toEqual(dense(100, 16));
    // The first block's shape changes in the architecture, whatever its widths are here.
    expect(runs.map(({ projection }) => projection && [projection.inputs, projection.outputs])).toEqual([
      [16, 16],
      undefined,
      [16, 32],
      undefined,
      [32, 64],
      undefined,
    ]);
    expect(runs[2].layers).toEqual([dense(16, 32), dense(32, 32)]);
  });
});

describe("uniformGeometry", () => {
  it("of ten million blocks is one run", () => {
    const geometry = uniformGeometry({
      kind: "dense",
      depth: 1e7,
      layers: 2,
      width: 64,
      inputs: 100,
      size: 1,
    });
    expect(geometry).toEqual({
      depth: 1e7,
      stem: { layer: dense(100, 64), pooling: 1 },
      runs: [{ first: 1, length: 1e7, layers: [dense(64, 64), dense(64, 64)] }],
    });
  });

  it("of maps has kernels of 3×3", () => {
    const geometry = uniformGeometry({
      kind: "convolution",
      depth: 2,
      layers: 1,
      width: 8,
      inputs: 3,
      size: 9,
    });
    expect(geometry.stem.layer).toEqual(shape([3, 8, 3, 1, 9]));
    expect(geometry.runs[0].layers).toEqual([shape([8, 8, 3, 1, 9])]);
  });
});
